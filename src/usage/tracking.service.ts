import { Injectable } from '@nestjs/common';
import { AccountsService } from '../credits/accounts.service.js';
import type { IdempotencyKey } from '../credits/idempotency.js';
import { PostingEngine } from '../credits/posting.engine.js';
import { type EventName, nameKey, type RecordedEvent } from '../metering/usage-event.js';
import { type Recording, UsageEventsRepository } from '../metering/usage-events.repository.js';
import type { Actor } from '../platform/actor.js';
import { PricingService } from '../pricing/pricing.service.js';
import type { Rating } from '../pricing/rating.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import { Plans } from './plans.js';
import { eventOf, type Report, workOf } from './report.js';

/** Prices, charges and records reported work: each piece once per user, source and request id. */
@Injectable()
export class TrackingService {
  constructor(
    private readonly pricing: PricingService,
    private readonly engine: PostingEngine,
    private readonly events: UsageEventsRepository,
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
  ) {}

  /**
   * Records one piece of work. Charged work and its event are one atomic write.
   * @throws DomainError 402 or 429 when charged work does not fit, with no effect; `idempotency_conflict`; `overloaded`
   */
  track(actor: Actor, report: Report, key?: IdempotencyKey): Promise<Recording> {
    const plans = new Plans(actor, this.accounts, this.tiers);
    // keys are kept with charges; a record that charges nothing and has no name takes the key for one
    const isUnnamed = report.charge === null && report.request_id === null;
    const named = isUnnamed && key ? { ...report, request_id: key.key } : report;
    return this.record(actor, named, plans, key);
  }

  /**
   * Records many pieces of work; each ends by itself, in its place. What is an error already stays one. They share
   * their look-ups and their writes, for all of them run in the same turns of the event loop.
   */
  async trackAll(actor: Actor, reports: readonly (Report | Error)[]): Promise<(Recording | Error)[]> {
    const plans = new Plans(actor, this.accounts, this.tiers);
    const known = await this.knownOf(reports.flatMap(namesOf));
    const ends = reports.map(async (report): Promise<Recording | Error> => {
      if (report instanceof Error) return report;
      // a hint that spares repeated batches the posting engine, which decides for those that come at the same time
      const event = known.get(nameKey({ ...report, request_id: report.request_id ?? '' }));
      return event ? { event, is_duplicate: true } : this.record(actor, report, plans);
    });
    const settled = await Promise.allSettled(ends);
    return settled.map((end) => (end.status === 'fulfilled' ? end.value : (end.reason as Error)));
  }

  /** A sender that repeats a batch repeats its ends: only then all of it is looked up, for that costs every new one. */
  private async knownOf(names: readonly EventName[]): Promise<Map<string, RecordedEvent>> {
    const ends = await this.events.findByName([...names.slice(0, 1), ...names.slice(-1)]);
    return ends.size === 0 ? ends : this.events.findByName(names);
  }

  private async record(actor: Actor, report: Report, plans: Plans, key?: IdempotencyKey): Promise<Recording> {
    const { user_id, charge } = report;
    const [rating] = await this.pricing.rate([workOf(report, () => plans.of(user_id), new Date())]);
    const event = eventOf(report, rating as Rating);
    if (charge === null) {
      await plans.account(user_id);
      return this.events.insert(event);
    }
    const metered = await this.engine.meter(actor, charge, { event, key });
    return { event: metered.event, is_duplicate: metered.replayed };
  }
}

function namesOf(report: Report | Error): EventName[] {
  if (report instanceof Error || report.request_id === null) return [];
  const { user_id, source, request_id } = report;
  return [{ user_id, source, request_id }];
}
