import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AccountsService } from '../credits/accounts.service.js';
import { max, type Units, units } from '../platform/amount.js';
import type { CallBound } from '../pricing/ceiling.js';
import type { Price } from '../pricing/price-table.js';
import { PricesService } from '../pricing/prices.service.js';
import type { Ceiling, Rater } from '../pricing/rater.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import { Plans } from '../usage/plans.js';
import type { CallOrder } from './call-order.js';
import { CALLER, CallRates, SERVICE, type Terms } from './call-rates.js';

/** What a call may cost at most, by its limits, whichever of its models answers. */
export interface Estimate {
  cost: Units;
  /** Whether none of them costs anything. */
  is_free: boolean;
  /** One for each model. */
  each: readonly ModelEstimate[];
}

/** What a call may cost at most if a certain model answers. */
export interface ModelEstimate {
  cost: Units;
  /** What of it the prompt costs. */
  prompt_cost: Units;
  /** The limit of each answer that was counted with. */
  max_tokens: number;
  is_free: boolean;
}

/** What is known of a model's size; null where it is not. */
type Size = Record<'context_length' | 'max_output_tokens', number | null>;

/** Most tokens of an answer of a model whose own limit is not known. */
const UNKNOWN_CAP = 4_096;
/** Most tokens of a prompt of a model whose own limit is not known. */
const UNKNOWN_CONTEXT = 1_048_576;
const REMEMBERED_SIZES = 2_000;
/** What a page that OpenRouter's own search finds costs, USD: it asks 4 for 1000. */
const WEB_RESULT_COST = units('0.004');

/** What calls cost before they are made, at most. */
@Injectable()
export class CallEstimates {
  /** By the id of their price, which never changes. */
  private readonly sizes = new LRUCache<string, Size>({ max: REMEMBERED_SIZES });

  constructor(
    private readonly rates: CallRates,
    private readonly prices: PricesService,
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
  ) {}

  /** What the call costs at most, if the provider keeps to the limits of its answer. */
  async estimate({ user_id, is_own_key, ...terms }: Terms & { rater: Rater }, order: CallOrder): Promise<Estimate> {
    const plans = new Plans(CALLER, this.accounts, this.tiers);
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
  /** What is charged for work that the user's own key pays; null where the platform's does. */
  own_key_fee: ((provider_cost: Units) => Units) | null;
}

function estimateOf(ceiling: Ceiling, order: CallOrder, { size, own_key_fee }: ModelTerms): ModelEstimate {
  const { text_tokens, media_tokens, is_open, predicted_tokens } = order.prompt;
  const context = size.context_length ?? UNKNOWN_CONTEXT;
  const max_tokens = order.max_tokens ?? size.max_output_tokens ?? size.context_length ?? UNKNOWN_CAP;
  const boundOf = (answer_tokens: number): CallBound => ({
    ...{ text_tokens, answer_tokens, media_tokens: is_open ? Math.max(context, media_tokens) : media_tokens },
    ...{ may_write_1h: order.may_write_1h, searches: order.searches, service_tier: order.service_tier },
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

/** The limit of each answer with which a call that does not fit costs no more than `available`; below 1 none does. */
export function fittingTokens({ each }: Pick<Estimate, 'each'>, available: Units): number {
  return Math.min(...each.filter(({ cost }) => cost > available).map((estimate) => fittingOf(estimate, available)));
}

function fittingOf({ cost, prompt_cost, max_tokens }: ModelEstimate, available: Units): number {
  if (cost <= prompt_cost || available < prompt_cost) return 0;
  return Number((BigInt(max_tokens) * (available - prompt_cost)) / (cost - prompt_cost));
}
