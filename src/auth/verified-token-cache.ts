import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../platform/actor.js';

const TOKENS_MAX = 10_000;
/** How long a verified token is trusted without another check; a new key set ends this immediately. */
const TRUST_MS = 60_000;

/**
 * Caches the callers of verified tokens for a minute, but never beyond `exp`: verifying the signature on every request
 * would cost more than the rest of the guard. Holds up to ten thousand entries, keyed by digest, because tokens can be
 * long and are secrets.
 */
@Injectable()
export class VerifiedTokenCache {
  private readonly seen = new LRUCache<string, { caller: Caller; until: number }>({ max: TOKENS_MAX });

  /** Returns the caller of a recently verified token. */
  find(token: string): Caller | undefined {
    const known = this.seen.get(digest(token));
    return known && known.until > Date.now() ? known.caller : undefined;
  }

  /** Caches a verified token; `exp` in seconds, as in the token. */
  remember(token: string, exp: number, caller: Caller): void {
    this.seen.set(digest(token), { caller, until: Math.min(exp * 1000, Date.now() + TRUST_MS) });
  }

  /** Clears the cache after the signing keys changed. */
  clear(): void {
    this.seen.clear();
  }
}

const digest = (token: string): string => hash('sha256', token, 'base64');
