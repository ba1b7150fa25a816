import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import { type Correction, CorrectionService } from '../../credits/correction.service.js';
import { LedgerRepository } from '../../credits/ledger/ledger.repository.js';
import { type RatedEvent, UnratedRepository, type UnratedWork } from '../../metering/unrated.repository.js';
import type { Actor } from '../../platform/actor.js';
import { attributionOf } from '../../platform/attribution.js';
import { amount, units } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import { PricingService } from '../../pricing/pricing.service.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { PlanLookup } from '../tracking/plan-lookup.js';
import { changeOf, plus, ratedEvent, type Rerated, type UnratedEvent, workOfEvent } from './rerating.js';
import type { ReratedModelView, ReratingView } from './rerating.dto.js';

const USERS_PER_PAGE = 500;
/** Maximum number of events per transaction and correcting line. */
const BATCH = 200;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const NO_CHANGE: Rerated = { events: 0, before: 0n, after: 0n, more: 0n };

/** Options of a re-rating. */
export interface ReratingOptions {
  actor: Actor;
  /** Whether to only compute what would change. */
  preview: boolean;
  /** Called with the number of processed events and the total. */
  progress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Re-rates provisionally priced usage once there is a price. The event, the roll-up and a correcting ledger line are
 * written together, in one transaction per 200 events of an account. No event is re-rated twice: interrupted and
 * concurrent runs lead to the same ledger.
 */
@Injectable()
export class ReratingService {
  constructor(
    private readonly unrated: UnratedRepository,
    private readonly pricing: PricingService,
    private readonly corrections: CorrectionService,
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
    private readonly ledger: LedgerRepository,
  ) {}

  /** Re-rates all events that have a price now. Safe to repeat. */
  async rerate({ actor, preview, progress, signal }: ReratingOptions): Promise<ReratingView> {
    const waiting = await this.unrated.models();
    const total = waiting.reduce((sum, { events }) => sum + events, 0);
    const models: ReratedModelView[] = [];
    let done = 0;
    for (const { events, unmeasured, service, model } of waiting) {
      // skip events without a measured quantity, unless there is one of the few prices that can rate them
      const measured_only = unmeasured > 0 && !(await this.pricing.pricesUnmeasured(service, model));
      const isOpen = !measured_only || events > unmeasured;
      if (isOpen && (await this.pricing.isPriced(service, model))) {
        const work = { service, model, measured_only };
        const view = await this.ofModel(work, { actor, preview, ...(signal && { signal }) });
        if (view.events > 0) models.push(view);
      }
      done += events;
      progress?.(done, total);
    }
    const events = models.reduce((sum, model) => sum + model.events, 0);
    const booked = models.reduce((sum, model) => sum + units(model.booked), 0n);
    return { preview, events, unrated: total - events, booked: amount(booked), models };
  }

  private async ofModel(work: UnratedWork, options: ReratingOptions): Promise<ReratedModelView> {
    let change = NO_CHANGE;
    let accounts = 0;
    let users: string[];
    let after = '';
    do {
      users = await this.unrated.users(work, after, USERS_PER_PAGE);
      for (const user_id of users) {
        const ofUser = await this.ofUser(work, user_id, options);
        if (ofUser.events > 0) accounts += 1;
        change = plus(change, ofUser);
      }
      after = users.at(-1) ?? '';
    } while (users.length === USERS_PER_PAGE);
    const { events, before, after: final, more } = change;
    const { service, model } = work;
    return {
      service,
      model,
      events,
      accounts,
      before: amount(before),
      after: amount(final),
      booked: amount(more),
    };
  }

  private async ofUser(work: UnratedWork, user_id: string, options: ReratingOptions): Promise<Rerated> {
    let change = NO_CHANGE;
    let events: UnratedEvent[];
    let after = FIRST_ID;
    do {
      options.signal?.throwIfAborted();
      events = await this.unrated.events(work, user_id, after, BATCH);
      change = plus(change, await this.batch(user_id, events, options));
      after = events.at(-1)?.id ?? FIRST_ID;
    } while (events.length === BATCH);
    return change;
  }

  private async batch(user_id: string, events: UnratedEvent[], { actor, preview }: ReratingOptions): Promise<Rerated> {
    const plans = new PlanLookup(actor, this.accounts, this.tiers);
    const ratings = await this.pricing.rate(events.map((event) => workOfEvent(event, () => plans.of(user_id))));
    const rated = new Map(
      events.flatMap((event, i) => {
        const rating = ratings[i];
        return rating?.is_rated ? [[event.id, ratedEvent(event, rating)] as const] : [];
      }),
    );
    if (preview || rated.size === 0) return this.changeOf(user_id, pairsOf(events, rated), null);
    let change = NO_CHANGE;
    // who acted is named by the correcting line, too, as by the charges that it corrects
    for (const alike of Map.groupBy(events, (event) => JSON.stringify(attributionOf(event))).values()) {
      change = plus(change, await this.correct(actor, user_id, alike, rated));
    }
    return change;
  }

  /** Corrects events of the same attribution. */
  private async correct(
    actor: Actor,
    user_id: string,
    events: readonly UnratedEvent[],
    rated: ReadonlyMap<string, RatedEvent>,
  ): Promise<Rerated> {
    const ids = events.map(({ id }) => id).filter((id) => rated.has(id));
    if (ids.length === 0) return NO_CHANGE;
    return this.corrections.correct(actor, user_id, async (tx) => {
      // another run can have been faster: under the lock, only events that are still unrated count
      const pairs = pairsOf(await this.unrated.lock(tx, user_id, ids), rated);
      const change = await this.changeOf(user_id, pairs, tx);
      if (pairs.length > 0)
        await this.unrated.rate(
          tx,
          user_id,
          pairs.map(([, final]) => final),
        );
      return { ...change, details: detailsOf(pairs.map(([event]) => event)) };
    });
  }

  private async changeOf(user_id: string, pairs: [UnratedEvent, RatedEvent][], tx: Tx | null): Promise<Rerated> {
    const charges = pairs.flatMap(([{ transaction_id }]) => transaction_id ?? []);
    return changeOf(pairs, await this.ledger.refundable(user_id, charges, tx));
  }
}

/** Returns the events that have a final rating, each with it. */
const pairsOf = (
  events: readonly UnratedEvent[],
  rated: ReadonlyMap<string, RatedEvent>,
): [UnratedEvent, RatedEvent][] =>
  events.flatMap((event) => {
    const final = rated.get(event.id);
    return final ? [[event, final] as [UnratedEvent, RatedEvent]] : [];
  });

/** Returns the details of the correcting line, with the ids of the corrected charges. */
function detailsOf(events: readonly UnratedEvent[]): Correction['details'] {
  const [first] = events;
  if (!first) return {};
  const { service, model } = first;
  const charged = events.filter(({ transaction_id }) => transaction_id !== null).map(({ id }) => id);
  const subject = model ? `${service}: ${model}` : service;
  return {
    service,
    model,
    attribution: attributionOf(first),
    description: `Price correction (${subject})`,
    metadata: { reason: 'rerated', events: charged },
  };
}
