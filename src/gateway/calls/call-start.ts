import { Injectable } from '@nestjs/common';
import type { IdempotencyKey } from '../../credits/posting/idempotency.js';
import type { Actor } from '../../platform/actor.js';
import { assertKeyAllows } from '../../platform/key-limits.js';
import { units } from '../../platform/values/amount.js';
import { DomainError } from '../../platform/errors.js';
import { type CallOrder, limited, ofModels } from './call-order.js';
import { CallEstimates, fittingTokens } from './call-estimates.js';
import { CallRates, type RateTerms, SERVICE } from './call-rates.js';
import { CallRoutes, type Route } from './call-routes.js';
import { ModelNames } from '../models/model-names.js';
import { plainOf } from '../../pricing/prices/model-ids.js';
import type { Rater } from '../../pricing/rating/rater.js';
import { type OpenCall, OpenCalls } from './open-calls.js';
import { PlanModels } from './plan-models.js';

/** A call that is ready to send: the order, and the open call with its hold. */
export interface ReadyCall {
  order: CallOrder;
  call: OpenCall;
}

/** A shorter answer is not worth the cost of its prompt; the call is refused instead. */
const FITTING_MIN_TOKENS = 256;
const MISSING_CREDITS = new Set(['insufficient_credits', 'credits_on_hold']);

type PricedTerms = RateTerms & Route & Pick<CallOrder, 'tags'> & { rater: Rater };

/** Prepares calls: finds the key, checks the plan and creates the hold. */
@Injectable()
export class CallStart {
  constructor(
    private readonly names: ModelNames,
    private readonly routes: CallRoutes,
    private readonly rates: CallRates,
    private readonly estimates: CallEstimates,
    private readonly calls: OpenCalls,
    private readonly plans: PlanModels,
  ) {}

  /**
   * Checks a call and holds its credits.
   * @throws DomainError `model_not_found`, `model_ambiguous`, `no_openrouter_key`, `model_not_allowed`; what {@link assertKeyAllows} throws; 402 or 429 when
   * the account cannot afford it or a limit is reached
   */
  async ready(actor: Actor, user_id: string, asked: CallOrder, key?: IdempotencyKey): Promise<ReadyCall> {
    const order = ofModels(asked, await this.names.idsOf(asked.models));
    for (const model of order.models) assertKeyAllows(actor, { service: SERVICE, model: plainOf(model) });
    const [route, rater, check] = await Promise.all([
      this.routes.of(user_id),
      this.rates.raterOf(order.models),
      this.plans.checkOf(actor, user_id),
    ]);
    check(order.models, rater);
    return this.begin(actor, { user_id, model: order.model, tags: order.tags, ...route, rater }, order, key);
  }

  /**
   * Holds the estimated cost. A call without an output limit that is not affordable with the model's maximum gets an
   * affordable limit.
   */
  private async begin(
    actor: Actor,
    terms: PricedTerms,
    order: CallOrder,
    key: IdempotencyKey | undefined,
  ): Promise<ReadyCall> {
    const estimate = await this.estimates.estimate(terms, order);
    try {
      return { order, call: await this.calls.begin(actor, terms, estimate, key) };
    } catch (error) {
      if (!(error instanceof DomainError) || !MISSING_CREDITS.has(error.code)) throw error;
      const fitting = fittingTokens(estimate, units(error.extra.available as string));
      if (order.max_tokens !== null || fitting < FITTING_MIN_TOKENS) throw withFitting(error, fitting);
      const shorter = limited(order, fitting);
      const lower = await this.estimates.estimate(terms, shorter);
      return { order: shorter, call: await this.calls.begin(actor, terms, lower, key) };
    }
  }
}

/** Adds the affordable output limit to the error. */
function withFitting({ kind, code, message, extra }: DomainError, fitting: number): DomainError {
  // if holds block the credits, a later retry can get the full answer
  if (code !== 'insufficient_credits' || !Number.isFinite(fitting) || fitting < 1)
    return new DomainError(kind, code, message, extra);
  const sentence = `${message.replace(/\.$/, '')}. The call is affordable with max_tokens of at most ${fitting}.`;
  return new DomainError(kind, code, sentence, { ...extra, max_tokens_affordable: fitting });
}
