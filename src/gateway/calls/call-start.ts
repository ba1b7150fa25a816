import { Injectable } from '@nestjs/common';
import type { IdempotencyKey } from '../../credits/posting/idempotency.js';
import { type HoldTerms, TermsOutdated } from '../../credits/posting/posting.js';
import type { Actor } from '../../platform/actor.js';
import { assertKeyAllows } from '../../platform/key-limits.js';
import { units } from '../../platform/values/amount.js';
import { DomainError } from '../../platform/errors.js';
import { type CallOrder, limited, ofModels } from './call-order.js';
import { CallEstimates, fittingTokens } from './call-estimates.js';
import { type RateTerms, SERVICE } from './call-rates.js';
import { CallRoutes, type Route } from './call-routes.js';
import { type CallTerms, CallTermsReader, type KnownTerms } from './call-terms.js';
import { ModelNames } from '../models/model-names.js';
import { plainOf } from '../../pricing/prices/model-ids.js';
import type { Payer } from '../../memberships/payers.js';
import type { Rater } from '../../pricing/rating/rater.js';
import { type OpenCall, OpenCalls } from './open-calls.js';
import { refusalOf } from './plan-models.js';

/** A call that is ready to send: the order, and the open call with its hold. */
export interface ReadyCall {
  order: CallOrder;
  call: OpenCall;
}

/** An account that is asked to pay for a call. */
export interface AskedPayer {
  payer: Payer;
  /** Whether no other account is asked after it. */
  is_last: boolean;
  /** Account where repeated calls are recognized. */
  home: string;
}

/** A shorter answer is not worth the cost of its prompt; the call is refused instead. */
const FITTING_MIN_TOKENS = 256;
const MISSING_CREDITS = new Set(['insufficient_credits', 'credits_on_hold']);

type PricedTerms = RateTerms &
  Route &
  Pick<CallOrder, 'tags'> & {
    rater: Rater;
    terms: HoldTerms | undefined;
    member_id: string | null;
    home: string;
    is_last: boolean;
  };

/** Prepares calls: checks the plan and creates the hold, with the terms that are known or else with current ones. */
@Injectable()
export class CallStart {
  constructor(
    private readonly names: ModelNames,
    private readonly routes: CallRoutes,
    private readonly estimates: CallEstimates,
    private readonly calls: OpenCalls,
    private readonly terms: CallTermsReader,
  ) {}

  /**
   * Checks a call and holds its credits.
   * @throws DomainError `model_not_found`, `model_ambiguous`, `no_openrouter_key`, `model_not_allowed`; what {@link assertKeyAllows} throws; 402 or 429 when
   * the account cannot afford it or a limit is reached
   */
  async ready(actor: Actor, by: AskedPayer, asked: CallOrder, key?: IdempotencyKey): Promise<ReadyCall> {
    const { user_id } = by.payer;
    const order = ofModels(asked, await this.names.idsOf(asked.models));
    for (const model of order.models) assertKeyAllows(actor, { service: SERVICE, model: plainOf(model) });
    // a hold that two accounts have to know of takes another path, which does not compare terms
    const isBeside = key !== undefined && by.home !== user_id;
    const known = isBeside ? null : this.terms.known(user_id, order.models);
    if (known && !refusalOf(known.plan, order.models, known.rater)) {
      const ready = await this.onTerms(actor, by, known, order, key).catch(nullIfOutdated);
      if (ready) return ready;
    }
    const current = await this.terms.read(actor, user_id, order.models);
    const refusal = refusalOf(current.plan, order.models, current.rater);
    if (refusal) throw refusal;
    return this.onTerms(actor, by, current, order, key);
  }

  private onTerms(
    actor: Actor,
    { payer: { user_id, member_id }, home, is_last }: AskedPayer,
    { rater, sealed_key, ...known }: CallTerms | KnownTerms,
    order: CallOrder,
    key: IdempotencyKey | undefined,
  ): Promise<ReadyCall> {
    const { model, tags } = order;
    const route = this.routes.of(user_id, sealed_key);
    const terms = 'terms' in known ? known.terms : undefined;
    return this.begin(actor, { user_id, member_id, home, is_last, model, tags, ...route, rater, terms }, order, key);
  }

  /**
   * Holds the estimated cost. A call without an output limit that is not affordable with the model's maximum gets an
   * affordable limit, unless another account is asked next.
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
      if (!terms.is_last || order.max_tokens !== null || fitting < FITTING_MIN_TOKENS)
        throw withFitting(error, fitting);
      const shorter = limited(order, fitting);
      const lower = await this.estimates.estimate(terms, shorter);
      return { order: shorter, call: await this.calls.begin(actor, terms, lower, key) };
    }
  }
}

function nullIfOutdated(error: unknown): null {
  if (error instanceof TermsOutdated) return null;
  throw error;
}

/** Adds the affordable output limit to the error. */
function withFitting({ kind, code, message, extra }: DomainError, fitting: number): DomainError {
  // if holds block the credits, a later retry can get the full answer
  if (code !== 'insufficient_credits' || !Number.isFinite(fitting) || fitting < 1)
    return new DomainError(kind, code, message, extra);
  const sentence = `${message.replace(/\.$/, '')}. The call is affordable with max_tokens of at most ${fitting}.`;
  return new DomainError(kind, code, sentence, { ...extra, max_tokens_affordable: fitting });
}
