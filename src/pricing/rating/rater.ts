import { AMOUNT_LIMIT, min, units, type Units } from '../../platform/values/amount.js';
import type { Snapshot } from '../prices/catalogue.repository.js';
import { type CallBound, ceilingOf, SEARCH_COST } from './ceiling.js';
import { EXACT_PER_UNIT, type Exact } from './charge.js';
import { classOf, type PriceClass, ruleFor } from '../markup/markup.js';
import { isFreeId, plainOf } from '../prices/model-ids.js';
import { tokenBase } from '../prices/price.js';
import type { Price } from '../prices/price-table.js';
import { rate, type Rating } from './rating.js';
import { multiplierFor } from '../prices/service-tier.js';
import type { Plan, Work } from './work.js';

/** A call that is about to be made. */
export interface PlannedCall {
  service: string;
  model: string;
  plan: () => Promise<Plan>;
}

/** The maximum cost of a call. */
export interface Ceiling {
  /** The price it is based on; null if none is known or none is needed. */
  price: Price | null;
  is_free: boolean;
  /** Returns the maximum provider cost within a bound. */
  providerCost: (bound: CallBound) => Units;
  /** Returns the maximum cost for the user within a bound, including the markup. */
  totalCost: (bound: CallBound) => Units;
  /** Adds the markup to a provider cost. */
  withMarkup: (cost: Units) => Units;
}

const ONE = units('1');
const LARGEST = AMOUNT_LIMIT - 1n;
const EXACT_ONE = EXACT_PER_UNIT * ONE;

/** Rates work of some models with the prices and rules of one instant. */
export class Rater {
  constructor(private readonly snapshots: ReadonlyMap<string | null, Snapshot>) {}

  /** The revision of the catalogue that it rates with; null if the models were loaded at different ones. */
  get revision(): string | null {
    const [first = null, ...others] = new Set([...this.snapshots.values()].map(({ revision }) => revision));
    return others.length > 0 ? null : first;
  }

  /** Returns the rating of a piece of work. */
  rate(work: Work): Promise<Rating> {
    const { catalogue, rules } = this.snapshot(work.model);
    return rate(catalogue, rules, work);
  }

  /** Returns the maximum cost of a call; without a known price, from the plan's flat rate. */
  async ceiling({ service, model, plan }: PlannedCall): Promise<Ceiling> {
    const { catalogue, rules } = this.snapshot(model);
    const at = new Date();
    const find = (isUsable: (price: Price) => boolean): Price | null =>
      catalogue.find({ service, model, occurred_at: at }, isUsable);
    const price = find((candidate) => candidate.is_free || tokenBase(candidate) !== null) ?? find(() => true);
    if (isFreeId(model) || price?.is_free) return freeCeiling(price);
    if (!price) return flatCeiling((await plan()).cost_per_1k_tokens);
    const rule = await ruleFor(rules.markup, { model, price, plan });
    const factor = ONE + (rule?.rate ?? 0n);
    const charge = (bound: CallBound): Exact =>
      ceilingOf(price, bound, multiplierFor(rules.multipliers, { ...bound, model, occurred_at: at }, price));
    return {
      price,
      is_free: false,
      providerCost: (bound) => rounded(charge(bound), EXACT_PER_UNIT),
      totalCost: (bound) => rounded(charge(bound) * factor, EXACT_ONE),
      withMarkup: (cost) => rounded(cost * factor, ONE),
    };
  }

  /** Returns the price class of a model; null if no price is known. */
  classOf(service: string, model: string): PriceClass | null {
    if (isFreeId(plainOf(model))) return 'free';
    const price = this.snapshot(model).catalogue.find({ service, model, occurred_at: new Date() }, () => true);
    return price && classOf(price);
  }

  private snapshot(model: string | null): Snapshot {
    const snapshot = this.snapshots.get(model);
    if (!snapshot) throw new Error(`the prices of ${model ?? 'work without a model'} were not loaded`);
    return snapshot;
  }
}

/** A free model only costs its searches. */
function freeCeiling(price: Price | null): Ceiling {
  const cost = ({ searches }: CallBound): Units => BigInt(searches) * SEARCH_COST;
  return { price, is_free: true, providerCost: cost, totalCost: cost, withMarkup: (of) => of };
}

function flatCeiling(cost_per_1k_tokens: string): Ceiling {
  const cost = ({ text_tokens, media_tokens, answer_tokens, searches }: CallBound): Units =>
    rounded(BigInt(text_tokens + media_tokens + answer_tokens) * units(cost_per_1k_tokens), 1_000n) +
    BigInt(searches) * SEARCH_COST;
  return { price: null, is_free: false, providerCost: cost, totalCost: cost, withMarkup: (of) => of };
}

/** Rounds up, so that a hold is never too small in its last digit. */
const rounded = (dividend: bigint, divisor: bigint): Units => min((dividend + divisor - 1n) / divisor, LARGEST);
