import { Injectable } from '@nestjs/common';
import { isSameWork, nameKey, workConflict } from '../../metering/usage-event.js';
import { type Recording, UsageEventsRepository } from '../../metering/usage-events.repository.js';
import { units } from '../../platform/values/amount.js';
import { InvalidInput } from '../../platform/errors.js';
import { throwIfUnavailable } from '../../platform/http/bodies/records.js';
import { isFreeId } from '../../pricing/prices/model-ids.js';
import { type Report, reportOf } from '../../usage/tracking/usage-report.js';
import { TrackingService } from '../../usage/tracking/tracking.service.js';
import { identified } from '../../usage/tracking/work-identity.js';
import { UsageRecord } from '../records.js';
import type { Item, KindImport, Run, State, Sums } from './kind-import.js';
import { KnownUsers } from './known-users.js';

/** Returns the `source` of usage events imported under this name. */
export const usageSource = (name: string): string => `import:${name}`;

/** Imports past usage. It is recorded for reports and never charged. */
@Injectable()
export class UsageImport implements KindImport<UsageRecord> {
  readonly dto = UsageRecord;

  constructor(
    private readonly tracking: TrackingService,
    private readonly events: UsageEventsRepository,
    private readonly users: KnownUsers,
  ) {}

  sums(record: UsageRecord): Sums {
    const { tokens_used } = reportOf(record, { user_id: record.user_id, source: '' }, new Date(), 'history');
    return { credits: units(record.cost ?? '0'), tokens: tokens_used };
  }

  /** Refuses work whose cost the rules of this installation would change. An import must not alter costs. */
  assertUsable(record: UsageRecord): void {
    const { cost, model = null, billable = true } = record;
    reportOf(record, { user_id: record.user_id, source: '' }, new Date(), 'history');
    if (cost === undefined && record.is_free !== true) {
      throw new InvalidInput([{ field: 'cost', message: 'must be given: what the work cost then' }]);
    }
    if (units(cost ?? '0') === 0n) return;
    if (isFreeId(model))
      throw new InvalidInput([{ field: 'cost', message: `must be zero: ${model ?? ''} is free here` }]);
    if (!billable) throw new InvalidInput([{ field: 'cost', message: 'must be zero for work that is not billable' }]);
  }

  async foresee(items: readonly Item<UsageRecord>[], run: Run): Promise<(State | Error)[]> {
    const reports = items.map((item) => reportFor(item, run));
    const names = reports.map(({ user_id, source, request_id }) => ({ user_id, source, request_id: request_id ?? '' }));
    const known = await this.events.findByName(names);
    return reports.map((report, i) => {
      const event = known.get(nameKey(names[i] as (typeof names)[number]));
      return !event ? 'new' : isSameWork(event, report) ? 'known' : workConflict();
    });
  }

  async take(items: readonly Item<UsageRecord>[], run: Run): Promise<(State | Error)[]> {
    const refused = await this.users.open(items, run);
    const reports = items.map((item) => refused.get(item.record.user_id) ?? reportFor(item, run));
    const ends = await this.tracking.trackAll(run.actor, reports);
    throwIfUnavailable(ends);
    return ends.map(stateOf);
  }
}

function reportFor({ record }: Item<UsageRecord>, { name }: Run): Report {
  const by = { user_id: record.user_id, source: usageSource(name) };
  return identified(reportOf(record, by, new Date(), 'history'), record.usage);
}

const stateOf = (end: Recording | Error): State | Error =>
  end instanceof Error ? end : end.is_duplicate ? 'known' : 'new';
