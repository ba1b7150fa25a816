import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { ApiKeyRow } from '../../generated/rows.js';
import type { Caller } from '../../platform/actor.js';
import { ApiKeysRepository } from '../api-keys.repository.js';

/** A verified secret, the key it belongs to, and what each of its requests needs to know. */
export interface KnownKey {
  readonly key: ApiKeyRow;
  /** Identifies the state of the key, as the database wrote it. */
  readonly version: string | null;
  /** Whether the secret was replaced and works only until its grace ends. */
  readonly is_previous: boolean;
  readonly caller: Caller;
  readonly admits: (address: string) => boolean;
  /** When a use of the key was last noted, milliseconds. */
  noted_ms: number;
}

const KEYS_MAX = 10_000;
/** After this time a key is looked up again, so that keys that nobody uses are forgotten. */
const KEY_TTL_MS = 60_000;
const POLL_MS = 250;
/** Without a successful poll for this long, what is in memory is not used. */
const TRUST_MS = 1_000;
/** Polls ask for the changes of this time: the longest transaction (30 s) and the longest gap between two polls. */
const WINDOW_S = 35;
const GAP_MAX_MS = 4_000;

/**
 * Keeps verified keys in memory, so that a known key costs no call of the database. While there are any, the database is
 * asked four times a second which keys were changed; those are forgotten. So a change reaches every instance within a
 * second, also behind a connection pooler (docs/decisions/0027-api-keys.md).
 */
@Injectable()
export class KnownKeys implements OnApplicationShutdown {
  private readonly log = new Logger('api keys');
  private readonly known = new LRUCache<string, KnownKey>({ max: KEYS_MAX, ttl: KEY_TTL_MS });
  private timer: NodeJS.Timeout | undefined;
  /** When the last successful poll began. */
  private polled_ms = Number.NEGATIVE_INFINITY;

  constructor(private readonly keys: ApiKeysRepository) {}

  /** Returns a verified key by the digest of its secret; undefined if it must be looked up. */
  find(digest: string): KnownKey | undefined {
    return performance.now() - this.polled_ms < TRUST_MS ? this.known.get(digest) : undefined;
  }

  /** Keeps a key. `read_ms` is when its look-up began, by `performance.now()`. */
  remember(digest: string, key: KnownKey, read_ms: number): void {
    this.known.set(digest, key);
    if (this.timer) return;
    this.polled_ms = read_ms;
    this.schedule();
  }

  /** Forgets a key that was changed here; the other instances do when they next ask. */
  forget(id: string): void {
    for (const [digest, { key }] of this.known.entries()) {
      if (key.id === id) this.known.delete(digest);
    }
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.known.clear();
  }

  private schedule(): void {
    this.timer = setTimeout(() => void this.pollAndContinue(), POLL_MS);
    this.timer.unref();
  }

  private async pollAndContinue(): Promise<void> {
    try {
      await this.poll();
    } catch (error) {
      this.log.warn(`changes of API keys cannot be read, so keys are looked up for each request: ${String(error)}`);
    }
    this.known.purgeStale();
    this.timer = undefined;
    if (this.known.size > 0) this.schedule();
  }

  private async poll(): Promise<void> {
    const began_ms = performance.now();
    const changed = await this.keys.changedWithin(WINDOW_S);
    if (began_ms - this.polled_ms > GAP_MAX_MS) this.known.clear();
    else if (changed.length > 0) this.forgetChanged(new Map(changed.map(({ id, version }) => [id, version])));
    this.polled_ms = began_ms;
  }

  /** Forgets the keys that have changed since they were read. */
  private forgetChanged(versions: ReadonlyMap<string, string>): void {
    for (const [digest, { key, version }] of this.known.entries()) {
      const newest = versions.get(key.id);
      if (newest !== undefined && newest !== version) this.known.delete(digest);
    }
  }
}
