import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { HoldTerms } from '../../credits/posting/posting.js';
import { OwnKeys } from '../../openrouter/own-keys.js';
import type { Actor } from '../../platform/actor.js';
import type { Rater } from '../../pricing/rating/rater.js';
import { CallRates } from './call-rates.js';
import { type ModelPlan, PlanModels } from './plan-models.js';

/** Everything that decides whether and at which prices a user's call is made. */
export interface CallTerms {
  plan: ModelPlan;
  rater: Rater;
  /** The user's own key, encrypted; null for none. */
  sealed_key: string | null;
}

/** Terms as they were read before, with what must still hold for them to apply. */
export interface KnownTerms extends CallTerms {
  terms: HoldTerms;
}

const USERS_MAX = 20_000;
const RATERS_MAX = 500;

/**
 * Reads the terms of calls and remembers them, so that the next call can begin with one statement: the one of its hold,
 * which verifies that they have not changed (docs/decisions/0026-terms-of-calls.md). Nothing is decided by memory alone.
 */
@Injectable()
export class CallTermsReader {
  /** Revision of everything remembered. */
  private revision: string | null = null;
  private readonly plans = new Map<string, ModelPlan>();
  /** By the models of the call. */
  private readonly raters = new LRUCache<string, Rater>({ max: RATERS_MAX });
  private readonly users = new LRUCache<string, HoldTerms>({ max: USERS_MAX });

  constructor(
    private readonly keys: OwnKeys,
    private readonly rates: CallRates,
    private readonly models: PlanModels,
  ) {}

  /** Returns the remembered terms of a call; null if any of them is missing. */
  known(user_id: string, models: readonly string[]): KnownTerms | null {
    const terms = this.users.get(user_id);
    const plan = terms && this.plans.get(terms.tier);
    const rater = this.raters.get(nameOf(models));
    return terms && plan && rater ? { plan, rater, sealed_key: terms.sealed_key, terms } : null;
  }

  /** Reads the current terms of a call. Creates the account of a new user. */
  async read(actor: Actor, user_id: string, models: readonly string[]): Promise<CallTerms> {
    const [sealed_key, rater, plan] = await Promise.all([
      this.keys.findSealed(user_id),
      this.rates.raterOf(models),
      this.models.current(actor, user_id),
    ]);
    const terms = { plan, rater, sealed_key };
    this.remember(user_id, models, terms);
    return terms;
  }

  private remember(user_id: string, models: readonly string[], { plan, rater, sealed_key }: CallTerms): void {
    const { tier, revision } = plan;
    if (revision === null || rater.revision !== revision) return;
    if (revision !== this.revision) this.forget(revision);
    this.plans.set(tier, plan);
    this.raters.set(nameOf(models), rater);
    this.users.set(user_id, { revision, tier, sealed_key });
  }

  private forget(revision: string): void {
    this.revision = revision;
    this.plans.clear();
    this.raters.clear();
    this.users.clear();
  }
}

const nameOf = (models: readonly string[]): string => models.join('\n');
