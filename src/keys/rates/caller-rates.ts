import { Inject, Injectable } from '@nestjs/common';
import { actsForOthers, type Caller } from '../../platform/actor.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { LimitsConfig } from '../../platform/config/http-config.js';
import { MinuteCounter } from './minute-counter.js';
import type { Rate, RateLeft } from './rate.js';

/** Most requests of an account are few: each instance counts them only beyond a hundredth of the limit. */
const UNCOUNTED_OF_ACCOUNT = 0.01;

type RatedCaller = Pick<Caller, 'user_id' | 'roles' | 'api_key'>;

/** Limits the requests and tokens per minute of accounts and of API keys, over all instances. */
@Injectable()
export class CallerRates {
  private readonly limits: LimitsConfig;

  constructor(
    private readonly counter: MinuteCounter,
    @Inject(CONFIG) config: Config,
  ) {
    this.limits = config.limits;
  }

  /** Returns whether requests of the caller must be counted. */
  isLimited(caller: RatedCaller): boolean {
    return ofKey(caller) !== null || this.ofAccount(caller) !== null;
  }

  /**
   * Counts a request towards the limits of the account and of the API key.
   * @returns what is left of the key's limit, or of the account's if the key has none; null for a caller without limits
   * @throws RateLimited
   */
  async count(caller: RatedCaller): Promise<RateLeft | null> {
    let left: RateLeft | null = null;
    for (const rate of this.of(caller)) left = await this.counter.take(rate);
    return left;
  }

  /** Adds the tokens of work that has ended. Returns immediately. */
  noteTokens(caller: RatedCaller, tokens: number): void {
    if (tokens <= 0) return;
    for (const rate of this.of(caller)) {
      if (rate.tokens !== null) this.counter.noteTokens(rate, tokens);
    }
  }

  private of(caller: RatedCaller): Rate[] {
    return [this.ofAccount(caller), ofKey(caller)].filter((rate) => rate !== null);
  }

  private ofAccount(caller: RatedCaller): Rate | null {
    const { requests_per_user, tokens_per_user } = this.limits;
    if (actsForOthers(caller) || (requests_per_user === 0 && tokens_per_user === 0)) return null;
    return {
      subject: `account ${caller.user_id}`,
      policy: 'user',
      name: 'Your account',
      requests: requests_per_user === 0 ? null : requests_per_user,
      tokens: tokens_per_user === 0 ? null : tokens_per_user,
      uncounted: UNCOUNTED_OF_ACCOUNT,
    };
  }
}

function ofKey({ api_key }: RatedCaller): Rate | null {
  if (!api_key) return null;
  const { id, name, requests_per_minute: requests, tokens_per_minute: tokens } = api_key;
  if (requests === null && tokens === null) return null;
  return { subject: `key ${id}`, policy: 'key', name: `The API key ${name}`, requests, tokens, uncounted: 0 };
}
