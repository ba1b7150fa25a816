import { accountOf, type Actor, actsForOthers } from '../../platform/actor.js';
import { DomainError } from '../../platform/errors.js';
import { checkEach } from '../../platform/http/bodies/validation.js';
import { type Report, type ReportKind, reportOf } from './usage-report.js';
import { type TrackBody, TrackRecord } from './track.dto.js';
import { identified } from './work-identity.js';

/**
 * Returns the caller's report about one piece of work. Users can report only on their own account and cannot state a
 * cost: the price decides. Their reports have a separate source; otherwise a user could use the name of work that a
 * system is about to charge, whose report would then be a duplicate.
 * @throws DomainError `forbidden`; InvalidInput
 */
export function trackedBy(actor: Actor, body: TrackBody, kind: ReportKind = 'live'): Report {
  const user_id = accountOf(actor, body.user_id);
  if (actsForOthers(actor)) return identified(reportOf(body, { user_id, source: 'api' }, new Date(), kind), body.usage);
  const { cost, provider_cost, is_free, billable, settle } = body;
  const costs = { cost: isGiven(cost), provider_cost: isGiven(provider_cost) };
  const taken = { ...costs, is_free, billable: billable === false, settle };
  const [field] = Object.entries(taken).find(([, isSaid]) => isSaid) ?? [];
  if (field === undefined) {
    const report = reportOf(body, { user_id, source: 'user' }, new Date());
    return identified({ ...report, provider_cost: null }, body.usage); // from a user's usage object only the counts are used, not the cost
  }
  const detail = `Only the roles service and admin can set ${field}: work that a user reports is charged at its price.`;
  throw new DomainError('forbidden', 'forbidden', detail);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/**
 * Returns the reports of a batch. For an invalid record, the result is its error.
 * @throws DomainError `forbidden`
 */
export async function readRecords(
  actor: Actor,
  records: readonly unknown[],
  is_history: boolean,
): Promise<(Report | Error)[]> {
  if (is_history && !actor.roles.includes('admin')) {
    throw new DomainError('forbidden', 'forbidden', 'Only the role admin can import past usage (history).');
  }
  return (await checkEach(TrackRecord, records)).map((record) => {
    try {
      return record instanceof Error ? record : trackedBy(actor, record, is_history ? 'history' : 'live');
    } catch (error) {
      return error as Error;
    }
  });
}

/** Reads each record independently. For an invalid record, the result is its error. */
export function readEach<T>(records: readonly T[], read: (record: T) => Promise<Report>): Promise<(Report | Error)[]> {
  return Promise.all(records.map((record) => read(record).catch((error: unknown) => error as Error)));
}
