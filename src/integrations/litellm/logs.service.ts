import { Inject, Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import type { litellm_rejection } from '../../generated/prisma/enums.js';
import type { LitellmRejectedLogRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { contentHash } from '../../platform/values/content-hash.js';
import { InvalidInput } from '../../platform/errors.js';
import { problemOf } from '../../platform/http/problems/problem.js';
import { RECORDS_MAX, throwIfUnavailable } from '../../platform/http/bodies/records.js';
import { checkPayload } from '../../platform/http/bodies/validation.js';
import type { Report } from '../../usage/tracking/usage-report.js';
import { UserId } from '../../usage/tracking/track.dto.js';
import { resultsOf } from '../../usage/tracking/track.results.js';
import { TrackingService } from '../../usage/tracking/tracking.service.js';
import { excerptOf, hashOf, type LogExcerpt, text } from './log-excerpt.js';
import { readLog, type RawLog, rawLogs } from './log-records.js';
import { litellmReport, Unbookable } from './log-report.js';
import { type Named, namedIn, payerOf, undecided } from './payer.js';
import { type NewRejected, RejectedRepository } from './rejected.repository.js';

/** The result of one log. */
export interface LogEnd {
  request_id: string | undefined;
  status: 'recorded' | 'duplicate' | 'error';
  id?: string;
  error?: string;
  code?: string;
  reason?: litellm_rejection;
  rejected_id?: string;
}

/** A received log, as far as it could be parsed. */
interface Incoming {
  log: LogExcerpt | null;
  hash: string;
  fault: string | null;
  named: Named;
}

const DETAIL_MAX = 500;
const NO_PAYER = 'names no payer: the key has no user, and LITELLM_END_USER does not allow this end user to pay';

/** Ingests LiteLLM's logs. Books each log once, and stores those that cannot be booked for an admin. */
@Injectable()
export class LogsService {
  private readonly logger = new Logger('litellm');

  constructor(
    private readonly tracking: TrackingService,
    private readonly accounts: AccountsService,
    private readonly rejected: RejectedRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Ingests a body in batches of a thousand logs.
   * @throws DomainError `malformed_json`, `too_many_records`; any transient failure, because LiteLLM looks only at the
   *   status: it then resends the whole body, and nothing is booked twice
   */
  async ingest(actor: Actor, message: string): Promise<LogEnd[]> {
    const logs = rawLogs(message);
    const ends: LogEnd[] = [];
    for (let from = 0; from < logs.length; from += RECORDS_MAX) {
      ends.push(...(await this.ingestBatch(actor, logs.slice(from, from + RECORDS_MAX))));
    }
    this.warn(ends);
    return ends;
  }

  private async ingestBatch(actor: Actor, logs: RawLog[]): Promise<LogEnd[]> {
    const incoming = logs.map(read);
    const before = await this.rejected.find(incoming.map(({ hash }) => hash));
    const isKnown = await this.knownUsers(incoming.map(({ named }) => named));
    const payers = incoming.map(({ named }) => payerOf(named, this.config.litellm, isKnown));
    const reports = await Promise.all(
      // a stored rejected log is booked only by an admin, even if it could be booked by now
      incoming.map((one, i) => (before.has(one.hash) ? waiting() : this.reportOf(one, payers[i] ?? null))),
    );
    const ends = await this.tracking.trackAll(actor, reports);
    throwIfUnavailable(ends);
    const results = resultsOf(ends);
    const failed = incoming.flatMap((one, i): NewRejected[] => {
      const end = ends[i];
      return end instanceof Error && !before.has(one.hash) ? [rejectedOf(one, payers[i] ?? null, end)] : [];
    });
    const kept = new Map([...before, ...(await this.rejected.keep(failed))]);
    return results.map(({ index: _, ...result }, i) => {
      const { log, hash } = incoming[i] as Incoming;
      const request_id = (log && text(log['id'])) ?? undefined;
      const row = kept.get(hash);
      return row && result.status === 'error' ? { request_id, ...endOf(row, result) } : { request_id, ...result };
    });
  }

  /** Returns a predicate for users with accounts. Looks up only end users for whom this decides who pays. */
  private async knownUsers(named: Named[]): Promise<(user_id: string) => boolean> {
    const asked = named.flatMap((names) => undecided(names, this.config.litellm) ?? []);
    const known = await this.accounts.existing([...new Set(asked)]);
    return (user_id) => known.has(user_id);
  }

  private async reportOf({ log, hash, fault }: Incoming, payer: string | null): Promise<Report | Error> {
    try {
      if (log === null) throw new Unbookable('malformed', 'log', fault ?? 'must be an object');
      if (payer === null) throw new Unbookable('no_user', 'metadata.user_api_key_user_id', NO_PAYER);
      await checkPayload(UserId, { user_id: payer });
      return litellmReport(log, payer, { config: this.config.litellm, hash, is_approved: false }, new Date());
    } catch (error) {
      return error as Error;
    }
  }

  private warn(ends: readonly LogEnd[]): void {
    const reasons = ends.flatMap(({ status, reason }) => (status === 'error' ? [reason ?? 'malformed'] : []));
    if (reasons.length === 0) return;
    const counts = [...Map.groupBy(reasons, (reason) => reason)].map(([reason, all]) => `${reason} ${all.length}`);
    const where = 'GET /integrations/litellm/rejected lists them';
    this.logger.warn(`${reasons.length} of ${ends.length} logs could not be booked (${counts.join(', ')}); ${where}`);
  }
}

/** Placeholder for a log that waits for an admin; its stored row has the details. */
const waiting = (): Promise<Error> =>
  Promise.resolve(new InvalidInput([{ field: 'log', message: 'is waiting for an admin' }]));

function read(written: RawLog): Incoming {
  const { value, fault } = readLog(written);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const log = excerptOf(value as Record<string, unknown>);
    return { log, hash: hashOf(value as Record<string, unknown>), fault, named: namedIn(log) };
  }
  return { log: null, hash: contentHash({ unread: written.text }), fault, named: { key_user: null, end_user: null } };
}

function rejectedOf({ log, hash }: Incoming, payer: string | null, error: Error): NewRejected {
  return {
    log_hash: hash,
    log_id: log && text(log['id']),
    reason: error instanceof Unbookable ? error.reason : 'malformed',
    detail: problemOf(error).detail.slice(0, DETAIL_MAX),
    named_user: payer,
    log: log ?? {},
  };
}

/** Returns the result of a stored rejected log, also when it is received again. */
function endOf({ id, status, event_id, detail, reason }: LitellmRejectedLogRow, { code }: { code?: string }) {
  if (status === 'booked' && event_id !== null) return { status: 'duplicate' as const, id: event_id };
  return { status: 'error' as const, error: detail, reason, rejected_id: id, ...(code !== undefined && { code }) };
}
