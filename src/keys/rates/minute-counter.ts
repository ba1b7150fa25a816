import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { RateLimited } from '../../platform/errors.js';
import type { Rate, RateLeft } from './rate.js';
import { RateCountersRepository } from './rate-counters.repository.js';

/** What an instance knows of the present minute of a subject. */
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

interface SubjectState {
  minute: Minute | null;
  /** Requests that were admitted and not counted yet, and when their minute ends, by `performance.now()`. */
  uncounted: number;
  uncounted_until_ms: number;
  /** Tokens that were used and are not stored yet. */
  pending_tokens: number;
  asking: Promise<Minute> | null;
}

const WINDOW_S = 60;
const WINDOW_MS = 60_000;
const SUBJECTS_MAX = 20_000;
/** Share of a limit that an instance reserves at a time: what others cannot use, at most, when it goes unused. */
const SHARE = 0.02;
/** How old the number of used tokens may be. */
const TOKENS_MAX_AGE_MS = 250;

/**
 * Counts requests and tokens per minute, over all instances. Requests are reserved in the database, a fiftieth of the limit
 * at a time, so all instances together never admit more, besides those that a rate leaves uncounted. Tokens count when
 * work has ended, so work in progress can exceed the limit.
 */
@Injectable()
export class MinuteCounter {
  private readonly log = new Logger('rate limits');
  private readonly states = new LRUCache<string, SubjectState>({ max: SUBJECTS_MAX });

  constructor(private readonly counters: RateCountersRepository) {}

  /** Counts a request. @returns what is left @throws RateLimited */
  async take(rate: Rate): Promise<RateLeft> {
    const state = this.stateOf(rate.subject);
    if (rate.tokens !== null) await this.checkTokens(rate, state, rate.tokens);
    if (rate.requests !== null)
      return takeUncounted(rate, state, rate.requests) ?? this.reserve(rate, state, rate.requests);
    const { tokens, ends_ms } = state.minute as Minute;
    const quota = rate.tokens ?? 0;
    return { ...limitOf(`${rate.policy}-tokens`, quota, ends_ms), remaining: Math.max(0, quota - tokens) };
  }

  /** Adds the tokens of work that has ended. Returns immediately. */
  noteTokens(rate: Rate, tokens: number): void {
    const state = this.stateOf(rate.subject);
    const isFirst = state.pending_tokens === 0;
    state.pending_tokens += tokens;
    if (isFirst) setTimeout(() => void this.store(rate, state), TOKENS_MAX_AGE_MS).unref();
  }

  private async store(rate: Rate, state: SubjectState): Promise<void> {
    if (state.pending_tokens > 0) await this.ask(rate, state, 0).catch((error: unknown) => this.log.warn(error));
  }

  private async checkTokens(rate: Rate, state: SubjectState, limit: number): Promise<void> {
    const { minute } = state;
    const { tokens, ends_ms } = minute && isFresh(minute) ? minute : await this.ask(rate, state, 0);
    if (tokens + state.pending_tokens < limit) return;
    throw refusal(rate, 'tokens', limitOf(`${rate.policy}-tokens`, limit, ends_ms));
  }

  private async reserve(rate: Rate, state: SubjectState, limit: number): Promise<RateLeft> {
    for (;;) {
      const { minute } = state;
      if (minute && performance.now() < minute.ends_ms) {
        if (minute.reserved > 0) {
          minute.reserved -= 1;
          return { ...limitOf(rate.policy, limit, minute.ends_ms), remaining: minute.reserved + minute.unreserved };
        }
        if (minute.is_used_up) throw refusal(rate, 'requests', limitOf(rate.policy, limit, minute.ends_ms));
      }
      await this.ask(rate, state, Math.max(1, Math.floor(limit * SHARE)));
    }
  }

  /** Stores what was used, reserves requests, and returns the minute; requests of a subject that ask at a time share the answer. */
  private ask(rate: Rate, state: SubjectState, requests: number): Promise<Minute> {
    state.asking ??= this.askNow(rate, state, requests).finally(() => {
      state.asking = null;
    });
    return state.asking;
  }

  private async askNow({ subject, requests: limit }: Rate, state: SubjectState, requests: number): Promise<Minute> {
    const asked_ms = performance.now();
    const { pending_tokens, uncounted } = state;
    [state.pending_tokens, state.uncounted] = [0, 0];
    try {
      const counted = await this.counters.count(subject, requests + uncounted, pending_tokens);
      const granted = Math.max(0, Math.min(requests, (limit ?? 0) - (counted.requests - requests)));
      const before = state.minute && asked_ms < state.minute.ends_ms ? state.minute : null;
      state.minute = {
        reserved: granted + (before?.reserved ?? 0),
        unreserved: Math.max(0, (limit ?? 0) - counted.requests),
        tokens: counted.tokens,
        asked_ms,
        ends_ms: asked_ms + counted.left_ms,
        is_used_up: before?.is_used_up === true || (requests > 0 && granted === 0),
      };
      return state.minute;
    } catch (error) {
      state.pending_tokens += pending_tokens;
      state.uncounted += uncounted;
      throw error;
    }
  }

  private stateOf(subject: string): SubjectState {
    const known = this.states.get(subject);
    if (known) return known;
    const state = { minute: null, uncounted: 0, uncounted_until_ms: 0, pending_tokens: 0, asking: null };
    this.states.set(subject, state);
    return state;
  }
}

/** Admits a request without counting it in the database, while there are few in this minute; otherwise null. */
function takeUncounted(rate: Rate, state: SubjectState, limit: number): RateLeft | null {
  const now_ms = performance.now();
  if (state.minute && now_ms < state.minute.ends_ms) return null;
  if (now_ms >= state.uncounted_until_ms) {
    state.uncounted = 0;
    state.uncounted_until_ms = now_ms + WINDOW_MS - (Date.now() % WINDOW_MS);
  }
  if (state.uncounted + 1 > limit * rate.uncounted) return null;
  state.uncounted += 1;
  return { ...limitOf(rate.policy, limit, state.uncounted_until_ms), remaining: limit - state.uncounted };
}

const isFresh = ({ ends_ms, asked_ms }: Minute): boolean => {
  const now_ms = performance.now();
  return now_ms < ends_ms && now_ms - asked_ms < TOKENS_MAX_AGE_MS;
};

function limitOf(policy: string, quota: number, ends_ms: number): RateLimited['limit'] {
  const reset_s = Math.max(1, Math.ceil((ends_ms - performance.now()) / 1000));
  return { policy, quota, window_s: WINDOW_S, reset_s };
}

function refusal({ name }: Rate, what: 'requests' | 'tokens', limit: RateLimited['limit']): RateLimited {
  const detail = `${name} is limited to ${limit.quota} ${what} per minute. Try again in ${limit.reset_s} s.`;
  return new RateLimited(detail, limit);
}
