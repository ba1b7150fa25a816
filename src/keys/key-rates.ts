import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../platform/actor.js';
import { RateLimited } from '../platform/errors.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** What an instance knows of the present minute of a key. */
interface Minute {
  /** Requests that this instance has reserved and not used yet. */
  reserved: number;
  /** Requests that no instance has reserved. */
  unreserved: number;
  /** Tokens used in this minute, by all instances, when it was last asked. */
  tokens: number;
  /** When the database was last asked, and when the minute ends, by `performance.now()`. */
  asked_ms: number;
  ends_ms: number;
  /** Whether all requests of the minute are reserved. */
  is_used_up: boolean;
}

interface KeyState {
  minute: Minute | null;
  /** Tokens that were used and are not stored yet. */
  pending_tokens: number;
  asking: Promise<Minute> | null;
}

type LimitedKey = Pick<NonNullable<Caller['api_key']>, 'id' | 'name' | 'requests_per_minute' | 'tokens_per_minute'>;

const WINDOW_S = 60;
const KEYS_MAX = 10_000;
/** Share of a limit that an instance reserves at a time: what others cannot use, at most, when it goes unused. */
const SHARE = 0.02;
/** How old the number of used tokens may be. */
const TOKENS_MAX_AGE_MS = 250;

/**
 * Limits requests and tokens of keys per minute, over all instances. Requests are reserved in the database, a fiftieth of
 * the limit at a time, so all instances together never admit more, and few calls of the database are needed. Tokens count
 * when work has ended, so work in progress can exceed the limit. Keys without limits cost nothing.
 */
@Injectable()
export class KeyRates {
  private readonly log = new Logger('api keys');
  private readonly states = new LRUCache<string, KeyState>({ max: KEYS_MAX });

  constructor(private readonly keys: ApiKeysRepository) {}

  /** Returns whether requests of the caller must be counted. */
  isLimited({ api_key }: Caller): boolean {
    return api_key !== undefined && (api_key.requests_per_minute !== null || api_key.tokens_per_minute !== null);
  }

  /**
   * Counts a request of a key that has limits.
   * @returns what is left, for the RateLimit headers
   * @throws RateLimited
   */
  async count({ api_key: key }: Caller): Promise<RateLimited['limit'] & { remaining: number }> {
    if (!key) throw new TypeError('only API keys have limits of their own');
    const state = this.stateOf(key.id);
    if (key.tokens_per_minute !== null) await this.checkTokens(key, state, key.tokens_per_minute);
    if (key.requests_per_minute !== null) return this.takeRequest(key, state, key.requests_per_minute);
    const { tokens, ends_ms } = state.minute as Minute;
    const remaining = Math.max(0, (key.tokens_per_minute ?? 0) - tokens);
    return { ...limitOf('key-tokens', key.tokens_per_minute ?? 0, ends_ms), remaining };
  }

  /** Adds the tokens of work that has ended. Returns immediately. */
  noteTokens({ api_key: key }: Pick<Caller, 'api_key'>, tokens: number): void {
    if (!key?.tokens_per_minute || tokens <= 0) return;
    const state = this.stateOf(key.id);
    const isFirst = state.pending_tokens === 0;
    state.pending_tokens += tokens;
    if (!isFirst) return;
    setTimeout(() => void this.store(key, state), TOKENS_MAX_AGE_MS).unref();
  }

  private async store(key: LimitedKey, state: KeyState): Promise<void> {
    if (state.pending_tokens > 0) await this.ask(key, state, 0).catch((error: unknown) => this.log.warn(error));
  }

  private async checkTokens(key: LimitedKey, state: KeyState, limit: number): Promise<void> {
    const now_ms = performance.now();
    const { minute } = state;
    const { tokens, ends_ms } = minute && isFresh(minute, now_ms) ? minute : await this.ask(key, state, 0);
    if (tokens + state.pending_tokens < limit) return;
    throw refusal(key, 'tokens', limitOf('key-tokens', limit, ends_ms));
  }

  private async takeRequest(key: LimitedKey, state: KeyState, limit: number) {
    for (;;) {
      const { minute } = state;
      if (minute && performance.now() < minute.ends_ms) {
        if (minute.reserved > 0) {
          minute.reserved -= 1;
          return { ...limitOf('key', limit, minute.ends_ms), remaining: minute.reserved + minute.unreserved };
        }
        if (minute.is_used_up) throw refusal(key, 'requests', limitOf('key', limit, minute.ends_ms));
      }
      await this.ask(key, state, Math.max(1, Math.floor(limit * SHARE)));
    }
  }

  /** Stores used tokens, reserves requests, and returns the minute; requests of a key that ask at a time share the answer. */
  private ask(key: LimitedKey, state: KeyState, requests: number): Promise<Minute> {
    state.asking ??= this.askNow(key, state, requests).finally(() => {
      state.asking = null;
    });
    return state.asking;
  }

  private async askNow(key: LimitedKey, state: KeyState, requests: number): Promise<Minute> {
    const asked_ms = performance.now();
    const tokens = state.pending_tokens;
    state.pending_tokens = 0;
    try {
      const counted = await this.keys.countMinute(key.id, requests, tokens);
      const limit = key.requests_per_minute ?? 0;
      const granted = Math.max(0, Math.min(requests, limit - (counted.requests - requests)));
      const ends_ms = asked_ms + counted.left_ms;
      const before = state.minute && asked_ms < state.minute.ends_ms ? state.minute : null;
      const reserved = granted + (before?.reserved ?? 0);
      const unreserved = Math.max(0, limit - counted.requests);
      const is_used_up = before?.is_used_up === true || (requests > 0 && granted === 0);
      state.minute = { reserved, unreserved, tokens: counted.tokens, asked_ms, ends_ms, is_used_up };
      return state.minute;
    } catch (error) {
      state.pending_tokens += tokens;
      throw error;
    }
  }

  private stateOf(id: string): KeyState {
    const known = this.states.get(id);
    if (known) return known;
    const state = { minute: null, pending_tokens: 0, asking: null };
    this.states.set(id, state);
    return state;
  }
}

const isFresh = ({ ends_ms, asked_ms }: Minute, now_ms: number): boolean =>
  now_ms < ends_ms && now_ms - asked_ms < TOKENS_MAX_AGE_MS;

function limitOf(policy: string, quota: number, ends_ms: number): RateLimited['limit'] {
  const reset_s = Math.max(1, Math.ceil((ends_ms - performance.now()) / 1000));
  return { policy, quota, window_s: WINDOW_S, reset_s };
}

function refusal({ name }: LimitedKey, what: 'requests' | 'tokens', limit: RateLimited['limit']): RateLimited {
  const detail = `The API key ${name} is limited to ${limit.quota} ${what} per minute. Try again in ${limit.reset_s} s.`;
  return new RateLimited(detail, limit);
}
