import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import { type Actor, actsForOthers } from '../../platform/actor.js';
import { NotFound } from '../../platform/errors.js';
import { units } from '../../platform/values/amount.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import type { KeyView } from './key.dto.js';
import { KeyUsageRepository } from './key-usage.repository.js';

const UNLIMITED = -1;

/** Describes the API key of a caller in the format of OpenRouter. */
@Injectable()
export class KeyService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
    private readonly usage: KeyUsageRepository,
  ) {}

  /** Returns the caller's key and what it has spent. @throws NotFound if the caller signed in another way */
  async of(actor: Actor): Promise<KeyView> {
    const { api_key, sign_in, user_id } = actor;
    if (!api_key) throw new NotFound('API key');
    const [usage, is_free_tier] = await Promise.all([this.usage.of(user_id, api_key.id), this.isFree(actor)]);
    const no_limit = { limit: null, limit_remaining: null, limit_reset: null };
    return {
      data: {
        label: api_key.name,
        ...no_limit,
        usage: Number(usage.usage),
        usage_daily: Number(usage.usage_daily),
        usage_weekly: Number(usage.usage_weekly),
        usage_monthly: Number(usage.usage_monthly),
        is_free_tier,
        expires_at: sign_in?.expires_at ?? null,
        rate_limit: { requests: api_key.requests_per_minute ?? UNLIMITED, interval: '1m' },
      },
    };
  }

  /** Whether the plan of the account is free. A backend can have no account. */
  private async isFree(actor: Actor): Promise<boolean> {
    const { user_id } = actor;
    if (actsForOthers(actor) && !(await this.accounts.existing([user_id])).has(user_id)) return false;
    const { tier } = await this.accounts.balance(actor, user_id);
    return units((await this.tiers.get(tier)).price_monthly) === 0n;
  }
}
