import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import type { IdempotencyKey } from '../../credits/posting/idempotency.js';
import { PostingEngine } from '../../credits/posting/posting.engine.js';
import {
  type EventName,
  isSameWork,
  nameKey,
  type NewEvent,
  type RecordedEvent,
  workConflict,
} from '../../metering/usage-event.js';
import { type Recording, UsageEventsRepository } from '../../metering/usage-events.repository.js';
import type { Actor } from '../../platform/actor.js';
import { assertScope } from '../../platform/scopes.js';
import { PricingService } from '../../pricing/pricing.service.js';
import type { Rating } from '../../pricing/rating/rating.js';
import { noteUnread } from '../../pricing/usage/unread-log.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { PlanLookup } from './plan-lookup.js';
import { type ChargeKind, eventOf, type Report, workOf } from './usage-report.js';

/**
 * Prices, charges and records reported work, once per user, source and request id. A repeated report is a duplicate;
 * different work under the same name is an `idempotency_conflict`.
 */
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
   * @throws DomainError 402 or 429 when charged work is refused, with no effect; `idempotency_conflict`; `overloaded`;
   *   `missing_scope` when the caller can record but not charge
   */
  async track(actor: Actor, report: Report, key?: IdempotencyKey, given_key?: string): Promise<Recording> {
    const plans = new PlanLookup(actor, this.accounts, this.tiers);
    // keys are stored with charges; a record without charge and name uses the key as its name
    const isUnnamed = report.charge === null && report.request_id === null;
    const named = isUnnamed && given_key !== undefined ? { ...report, request_id: given_key } : report;
    const [event] = await this.priced([named], plans);
    return this.record(actor, report.charge, event as NewEvent, plans, key);
  }

  /**
   * Records many pieces of work, which share look-ups and writes. Each succeeds or fails independently; the results are
   * in the order of `reports`, whose errors are passed through.
   * @throws DomainError, pg.DatabaseError when the database is unreachable; nothing was recorded then
   */
  async trackAll(actor: Actor, reports: readonly (Report | Error)[]): Promise<(Recording | Error)[]> {
    const plans = new PlanLookup(actor, this.accounts, this.tiers);
    // only an optimization for repeated batches; the posting engine decides between concurrent ones
    const known = await this.knownOf(reports.flatMap(namesOf));
    const before = reports.map((report) => namesOf(report).map((name) => known.get(nameKey(name)))[0]);
    const fresh = reports.filter((report, i) => !(report instanceof Error) && !before[i]) as Report[];
    const events = (await this.priced(fresh, plans)).values();
    const ends = reports.map((report, i): Promise<Recording | Error> => {
      if (report instanceof Error) return Promise.resolve(report);
      const event = before[i];
      if (event) return Promise.resolve(isSameWork(event, report) ? { event, is_duplicate: true } : workConflict());
      const made = this.record(actor, report.charge, events.next().value as NewEvent, plans);
      return made.catch((error: unknown) => error as Error);
    });
    return Promise.all(ends);
  }

  /** Looks up the first and the last name, and all of them only if one is known: most batches are new. */
  private async knownOf(names: readonly EventName[]): Promise<Map<string, RecordedEvent>> {
    const ends = await this.events.findByName([...names.slice(0, 1), ...names.slice(-1)]);
    return ends.size === 0 ? ends : this.events.findByName(names);
  }

  /** Returns the events to record, with their costs. */
  private async priced(reports: readonly Report[], plans: PlanLookup): Promise<NewEvent[]> {
    const now = new Date();
    for (const { source, unread_usage } of reports) noteUnread(source, unread_usage);
    const ratings = await this.pricing.rate(
      reports.map((report) => workOf(report, () => plans.of(report.user_id), now)),
    );
    return reports.map((report, i) => eventOf(report, ratings[i] as Rating));
  }

  private async record(
    actor: Actor,
    charge: ChargeKind,
    event: NewEvent,
    plans: PlanLookup,
    key?: IdempotencyKey,
  ): Promise<Recording> {
    if (charge === null) {
      await plans.account(event.user_id);
      return this.events.insert(event);
    }
    assertScope(actor, 'charge');
    const metered = await this.engine.meter(actor, charge, { event, key });
    return { event: metered.event, is_duplicate: metered.replayed };
  }
}

function namesOf(report: Report | Error): EventName[] {
  if (report instanceof Error || report.request_id === null) return [];
  const { user_id, source, request_id } = report;
  return [{ user_id, source, request_id }];
}
