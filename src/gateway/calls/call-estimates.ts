import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import { max, type Units, units } from '../../platform/values/amount.js';
import type { CallBound } from '../../pricing/rating/ceiling.js';
import type { Price } from '../../pricing/prices/price-table.js';
import { PricesService } from '../../pricing/prices/prices.service.js';
import type { Ceiling, Rater } from '../../pricing/rating/rater.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { PlanLookup } from '../../usage/tracking/plan-lookup.js';
import type { CallOrder } from './call-order.js';
import { GATEWAY_ACTOR, CallRates, SERVICE, type RateTerms } from './call-rates.js';

/** The maximum cost of a call under its limits, whichever of its models answers. */
export interface Estimate {
  cost: Units;
  /** Whether every model is free. */
  is_free: boolean;
  /** One for each model. */
  each: readonly ModelEstimate[];
}

/** The maximum cost of a call if one particular model answers. */
export interface ModelEstimate {
  cost: Units;
  /** The share of the prompt in `cost`. */
  prompt_cost: Units;
  /** Output tokens per answer that the estimate assumes. */
  max_tokens: number;
  is_free: boolean;
}

/** A model's limits in tokens; null if unknown. */
type Size = Record<'context_length' | 'max_output_tokens', number | null>;

/** Output tokens assumed for a model whose limit is unknown. */
const UNKNOWN_CAP = 4_096;
/** Context length assumed for a model whose limit is unknown. */
const UNKNOWN_CONTEXT = 1_048_576;
const REMEMBERED_SIZES = 2_000;
/** Price of one page that OpenRouter's own web search finds, USD: 4 per 1,000 results. */
const WEB_RESULT_COST = units('0.004');

/** Estimates the maximum cost of calls before they are sent. */
@Injectable()
export class CallEstimates {
  /** Cached by price id: the row of a price never changes. */
  private readonly sizes = new LRUCache<string, Size>({ max: REMEMBERED_SIZES });

  constructor(
    private readonly rates: CallRates,
    private readonly prices: PricesService,
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
  ) {}

  /** Returns the maximum cost of the call, provided that the provider respects the output limit. */
  async estimate({ user_id, is_own_key, ...terms }: RateTerms & { rater: Rater }, order: CallOrder): Promise<Estimate> {
    const plans = new PlanLookup(GATEWAY_ACTOR, this.accounts, this.tiers);
    const plan = () => plans.of(user_id);
    const each = await Promise.all(
      order.models.map(async (model) => {
        const ceiling = await terms.rater.ceiling({ service: SERVICE, model, plan });
        return estimateOf(ceiling, order, {
          size: await this.sizeOf(ceiling.price),
          own_key_fee: is_own_key ? (cost) => this.rates.feeOf(cost) : null,
        });
      }),
    );
    const cost = each.reduce((most, estimate) => max(most, estimate.cost), 0n);
    return { cost, is_free: each.every(({ is_free }) => is_free), each };
  }

  private async sizeOf(price: Price | null): Promise<Size> {
    if (price === null) return { context_length: null, max_output_tokens: null };
    const known = this.sizes.get(price.id);
    if (known !== undefined) return known;
    const { context_length, max_output_tokens } = await this.prices.get(price.id);
    this.sizes.set(price.id, { context_length, max_output_tokens });
    return { context_length, max_output_tokens };
  }
}

interface ModelTerms {
  size: Size;
  /** Computes the fee for work paid with the user's own key; null for calls with the platform's key. */
  own_key_fee: ((provider_cost: Units) => Units) | null;
}

function estimateOf(ceiling: Ceiling, order: CallOrder, { size, own_key_fee }: ModelTerms): ModelEstimate {
  const { text_tokens, media_tokens, is_open, predicted_tokens } = order.prompt;
  const context = size.context_length ?? UNKNOWN_CONTEXT;
  const max_tokens = order.max_tokens ?? size.max_output_tokens ?? size.context_length ?? UNKNOWN_CAP;
  const boundOf = (answer_tokens: number): CallBound => ({
    text_tokens,
    answer_tokens,
    media_tokens: is_open ? Math.max(context, media_tokens) : media_tokens,
    may_write_1h: order.may_write_1h,
    searches: order.searches,
    service_tier: order.service_tier,
  });
  const pages = BigInt(order.web_results) * WEB_RESULT_COST;
  const costOf = (answer_tokens: number): Units => {
    const bound = boundOf(answer_tokens);
    if (own_key_fee) return own_key_fee(ceiling.providerCost(bound) + pages);
    const cost = ceiling.totalCost(bound);
    return cost + ceiling.withMarkup(pages);
  };
  return {
    cost: costOf((max_tokens + predicted_tokens) * order.choices),
    prompt_cost: costOf(predicted_tokens * order.choices),
    max_tokens,
    is_free: ceiling.is_free && pages === 0n && order.searches === 0,
  };
}

/**
 * Returns the largest output limit with which an unaffordable call costs at most `available`; a result below 1 means
 * that no limit does.
 */
export function fittingTokens({ each }: Pick<Estimate, 'each'>, available: Units): number {
  return Math.min(...each.filter(({ cost }) => cost > available).map((estimate) => fittingOf(estimate, available)));
}

function fittingOf({ cost, prompt_cost, max_tokens }: ModelEstimate, available: Units): number {
  if (cost <= prompt_cost || available < prompt_cost) return 0;
  return Number((BigInt(max_tokens) * (available - prompt_cost)) / (cost - prompt_cost));
}
