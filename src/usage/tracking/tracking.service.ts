import { Injectable } from '@nestjs/common';
import type { IdempotencyKey } from '../../credits/posting/idempotency.js';
import type { Metered } from '../../credits/posting/decision.js';
import { type ChargedWork, type MeteredWork, PostingEngine } from '../../credits/posting/posting.engine.js';
import {
  type EventName,
  isSameWork,
  nameKey,
  type NewEvent,
  type RecordedEvent,
  workConflict,
} from '../../metering/usage-event.js';
import { type Recording, UsageEventsRepository } from '../../metering/usage-events.repository.js';
import type { Payer, Payers } from '../../memberships/payers.js';
import { byFirst, othersAfter } from '../../memberships/payers.service.js';
import type { Actor } from '../../platform/actor.js';
import { attributionBy } from '../../platform/attribution.js';
import { assertKeyAllows, workFault } from '../../platform/key-limits.js';
import { CallerRates } from '../../keys/rates/caller-rates.js';
import { assertScope, scopeFault } from '../../platform/scopes.js';
import { PricingService } from '../../pricing/pricing.service.js';
import type { Rating } from '../../pricing/rating/rating.js';
import { noteUnread } from '../../pricing/usage/unread-log.js';
import type { PlanLookup } from './plan-lookup.js';
import { Plans } from './plans.js';
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
    private readonly plans: Plans,
    private readonly rates: CallerRates,
  ) {}

  /**
   * Records one piece of work. Charged work and its event are one atomic write.
   * @throws DomainError 402 or 429 when charged work is refused, with no effect; `idempotency_conflict`; `overloaded`;
   *   `missing_scope` when the caller can record but not charge; what {@link assertKeyAllows} throws
   */
  async track(actor: Actor, report: Report, key?: IdempotencyKey, given_key?: string): Promise<Recording> {
    assertKeyAllows(actor, report);
    const plans = this.plans.lookup(actor);
    // keys are stored with charges; a record without charge and name uses the key as its name
    const isUnnamed = report.charge === null && report.request_id === null;
    const named = isUnnamed && given_key !== undefined ? { ...report, request_id: given_key } : report;
    const payers = await this.plans.payersOf(actor, named);
    const done = await byFirst(payers, (payer) => this.trackFor(actor, paidBy(named, payer), payers.home, plans, key));
    this.rates.noteTokens(actor, newTokensIn([done]));
    return done;
  }

  /**
   * Records many pieces of work, which share look-ups and writes. Each succeeds or fails independently; the results are
   * in the order of `given`, whose errors are passed through.
   * @throws DomainError, pg.DatabaseError when the database is unreachable; nothing was recorded then
   */
  async trackAll(actor: Actor, given: readonly (Report | Error)[]): Promise<(Recording | Error)[]> {
    const works = await Promise.all(given.map((report) => this.payable(actor, report)));
    const reports = works.map((work) => (work instanceof Error ? work : paidBy(work.report, work.payers.all[0])));
    const plans = this.plans.lookup(actor);
    // only an optimization for repeated batches; the posting engine decides between concurrent ones
    const known = await this.knownOf(reports);
    const ends: (Recording | Error | null)[] = reports.map((report) => endKnown(report, known));
    const fresh = reports.filter((_, i) => ends[i] === null) as Report[];
    const homes = works.filter((_, i) => ends[i] === null).map((work) => (work as Payable).payers.home);
    const events = await this.priced(actor, fresh, plans);
    const recorded = (await this.recordAll(actor, fresh, { events, homes }, plans)).values();
    const made: (Recording | Error)[] = [];
    for (const [i, end] of ends.entries()) {
      made.push(end ?? (await this.byOthers(actor, works[i], recorded.next().value as Recording | Error, plans)));
    }
    this.rates.noteTokens(actor, newTokensIn(made));
    return made;
  }

  /** Lets the other payers pay for work that the first one could not pay for. */
  private async byOthers(
    actor: Actor,
    work: Payable | Error | undefined,
    end: Recording | Error,
    plans: PlanLookup,
  ): Promise<Recording | Error> {
    if (!work || work instanceof Error) return end;
    const others = othersAfter(work.payers, end);
    if (others === null) return end;
    const { report } = work;
    return byFirst(others, (payer) => this.trackFor(actor, paidBy(report, payer), others.home, plans)).catch(asError);
  }

  private async payable(actor: Actor, report: Report | Error): Promise<Payable | Error> {
    if (report instanceof Error) return report;
    const fault = workFault(actor, report);
    return fault ?? this.plans.payersOf(actor, report).then((payers) => ({ report, payers }), asError);
  }

  private async trackFor(
    actor: Actor,
    report: Report,
    home: string,
    plans: PlanLookup,
    key?: IdempotencyKey,
  ): Promise<Recording> {
    const [event] = await this.priced(actor, [report], plans);
    return this.record(actor, report.charge, { event: event as NewEvent, key, home }, plans);
  }

  /** Looks up the first and the last name, and all of them only if one is known: most batches are new. */
  private async knownOf(reports: readonly (Report | Error)[]): Promise<Map<string, RecordedEvent>> {
    const outer = [reports.find(isNamed), reports.findLast(isNamed)].filter((report) => report !== undefined);
    const ends = await this.events.findByName([...new Set(outer)]);
    return ends.size === 0 ? ends : this.events.findByName(reports.filter(isNamed));
  }

  /** Returns the events to record, with their costs. */
  private async priced(actor: Actor, reports: readonly Report[], plans: PlanLookup): Promise<NewEvent[]> {
    const now = new Date();
    for (const { source, unread_usage } of reports) noteUnread(source, unread_usage);
    const ratings = await this.pricing.rate(
      reports.map((report) => workOf(report, () => plans.of(report.user_id), now)),
    );
    return reports.map((report, i) =>
      eventOf(report, ratings[i] as Rating, attributionBy(actor, report.tags, report.member_id)),
    );
  }

  private async record(actor: Actor, charge: ChargeKind, work: MeteredWork, plans: PlanLookup): Promise<Recording> {
    if (charge === null) return this.recordOnly(work.event, plans);
    assertScope(actor, 'charge');
    return recording(await this.engine.meter(actor, charge, work));
  }

  /** Records the events of many reports; those to charge are queued together, in order. */
  private async recordAll(
    actor: Actor,
    reports: readonly Report[],
    { events, homes }: { events: readonly NewEvent[]; homes: readonly string[] },
    plans: PlanLookup,
  ): Promise<(Recording | Error)[]> {
    const works = events.flatMap((event, i): ChargedWork[] => {
      const kind = reports[i]?.charge;
      return kind ? [{ kind, event, key: undefined, home: homes[i] }] : [];
    });
    const charged = works.length > 0 ? this.meterAll(actor, works) : Promise.resolve([]);
    const others = events.filter((_, i) => reports[i]?.charge === null).map((event) => this.recordOnly(event, plans));
    const recorded = (await Promise.all(others.map((end) => end.catch((error: unknown) => error as Error)))).values();
    const metered = (await charged).values();
    return reports.map(({ charge }) => (charge === null ? recorded : metered).next().value as Recording | Error);
  }

  private async meterAll(actor: Actor, works: readonly ChargedWork[]): Promise<(Recording | Error)[]> {
    const missing = scopeFault(actor, 'charge');
    if (missing) return works.map(() => missing);
    return (await this.engine.meterAll(actor, works)).map((end) => (end instanceof Error ? end : recording(end)));
  }

  private async recordOnly(event: NewEvent, plans: PlanLookup): Promise<Recording> {
    await plans.account(event.user_id);
    return this.events.insert(event);
  }
}

/** A report with its payers. */
interface Payable {
  report: Report;
  payers: Payers;
}

/** Returns the report as one of the account that pays. */
const paidBy = (report: Report, { user_id, member_id }: Payer): Report => {
  return user_id === report.user_id && member_id === null
    ? report
    : { ...report, user_id, member_id: member_id ?? undefined };
};

const asError = (error: unknown): Error => error as Error;

/** Returns the result of a report that needs no write: an error, or recorded before. Null for all others. */
function endKnown(report: Report | Error, known: ReadonlyMap<string, RecordedEvent>): Recording | Error | null {
  if (report instanceof Error) return report;
  const event = known.size > 0 && isNamed(report) ? known.get(nameKey(report)) : undefined;
  if (!event) return null;
  return isSameWork(event, report) ? { event, is_duplicate: true } : workConflict();
}

/** The tokens of events that are no duplicates. */
const newTokensIn = (ends: readonly (Recording | Error)[]): number =>
  ends.reduce((sum, end) => (end instanceof Error || end.is_duplicate ? sum : sum + end.event.tokens_used), 0);

const recording = ({ event, replayed }: Metered): Recording => ({ event, is_duplicate: replayed });

const isNamed = (report: Report | Error): report is Report & EventName =>
  !(report instanceof Error) && report.request_id !== null;
