import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Actor } from '../platform/actor.js';

/** Whom a token stands for. */
export type Caller = Pick<Actor, 'user_id' | 'roles'>;

const TOKENS_MAX = 10_000;
/** How long a token counts without a look at its keys; a new set of keys ends it at once. */
const TRUST_MS = 60_000;

/**
 * Remembers for a minute whom a verified token stands for, never beyond its `exp`: checking a signature again for
 * every request of the same caller would cost more than the rest of the guard. Keeps the newest ten thousand, by their
 * digests: tokens may be long, and are secrets.
 */
@Injectable()
export class SeenTokens {
  private readonly seen = new LRUCache<string, { caller: Caller; until: number }>({ max: TOKENS_MAX });

  /** The caller behind a token that was verified a short while ago. */
  find(token: string): Caller | undefined {
    const known = this.seen.get(digest(token));
    return known && known.until > Date.now() ? known.caller : undefined;
  }

  /** Remembers a token that was just verified; `exp` in seconds, as in the token. */
  remember(token: string, exp: number, caller: Caller): void {
    this.seen.set(digest(token), { caller, until: Math.min(exp * 1000, Date.now() + TRUST_MS) });
  }

  /** Forgets everybody: the keys that vouched for them have changed. */
  clear(): void {
    this.seen.clear();
  }
}

const digest = (token: string): string => hash('sha256', token, 'base64');
