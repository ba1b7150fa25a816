import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import { BudgetReader } from '../../credits/budgets/budget-reader.js';
import type { BudgetView } from '../../credits/budgets/budgets.dto.js';
import { type Actor, actsForOthers } from '../../platform/actor.js';
import { NotFound } from '../../platform/errors.js';
import { amount, units } from '../../platform/values/amount.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import type { KeyFactsView, KeyView } from './key.dto.js';
import { KeyUsageRepository } from './key-usage.repository.js';

type KeyLimit = Pick<KeyFactsView, 'limit' | 'limit_remaining' | 'limit_reset'>;
type OfAccount = KeyLimit & Pick<KeyFactsView, 'is_free_tier'>;

const UNLIMITED = -1;
const NO_LIMIT: KeyLimit = { limit: null, limit_remaining: null, limit_reset: null };
const NO_ACCOUNT: OfAccount = { ...NO_LIMIT, is_free_tier: false };
/** OpenRouter's names of windows. */
const RESETS: Partial<Record<string, string>> = { day: 'daily', week: 'weekly', month: 'monthly' };

/** Describes the API key of a caller in the format of OpenRouter. */
@Injectable()
export class KeyService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
    private readonly usage: KeyUsageRepository,
    private readonly budgets: BudgetReader,
  ) {}

  /** Returns the caller's key and what it has spent. @throws NotFound if the caller signed in another way */
  async of(actor: Actor): Promise<KeyView> {
    const { api_key, sign_in, user_id } = actor;
    if (!api_key) throw new NotFound('API key');
    const [usage, account] = await Promise.all([this.usage.of(user_id, api_key.id), this.accountOf(actor, api_key.id)]);
    return {
      data: {
        label: api_key.name,
        ...account,
        usage: Number(usage.usage),
        usage_daily: Number(usage.usage_daily),
        usage_weekly: Number(usage.usage_weekly),
        usage_monthly: Number(usage.usage_monthly),
        expires_at: sign_in?.expires_at ?? null,
        rate_limit: { requests: api_key.requests_per_minute ?? UNLIMITED, interval: '1m' },
      },
    };
  }

  /** Returns what the account says about the key. A backend can have no account. */
  private async accountOf(actor: Actor, api_key_id: string): Promise<OfAccount> {
    const { user_id } = actor;
    if (actsForOthers(actor) && !(await this.accounts.existing([user_id])).has(user_id)) return NO_ACCOUNT;
    const { tier } = await this.accounts.balance(actor, user_id);
    const [{ price_monthly }, budgets] = await Promise.all([
      this.tiers.get(tier),
      this.budgets.effective(actor, { api_key_id }),
    ]);
    const own = budgets.find(({ scope, unit }) => scope.api_key_id === api_key_id && unit === 'credits');
    return { is_free_tier: units(price_monthly) === 0n, ...(own ? limitOf(own) : NO_LIMIT) };
  }
}

/** Returns a budget in the terms of OpenRouter. */
const limitOf = ({ limit, boost, headroom, window }: BudgetView): KeyLimit => ({
  limit: Number(amount(units(limit) + units(boost))),
  limit_remaining: Number(headroom),
  limit_reset: RESETS[window] ?? window,
});
