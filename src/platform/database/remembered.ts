import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** A value of the database that is kept in memory. */
export interface Versioned {
  /** Row, or group of rows, that the value was read from. */
  readonly id: string;
  /** Identifies the state that was read. */
  readonly version: string | null;
}

/** What is remembered. */
export interface RememberedOptions {
  /** Its name in the log. */
  readonly name: string;
  readonly max: number;
  /** Returns what was changed within the last seconds, with its present version. */
  readonly changedWithin: (seconds: number) => Promise<{ id: string; version: string }[]>;
}

/** After this time a value is read again, so that what nobody uses is forgotten. */
const TTL_MS = 60_000;
const POLL_MS = 250;
/** Without a successful poll for this long, what is in memory is not used. */
const TRUST_MS = 1_000;
/** Polls ask for the changes of this time: the longest transaction (30 s) and the longest gap between two polls. */
const WINDOW_S = 35;
const GAP_MAX_MS = 4_000;

/**
 * Keeps values in memory, so that a known one costs no call of the database. While there are any, the database is asked
 * four times a second what was changed; that is forgotten. So a change reaches every instance within a second, also behind
 * a connection pooler (docs/decisions/0027-api-keys.md).
 */
export class Remembered<V extends Versioned> {
  private readonly log: Logger;
  private readonly known: LRUCache<string, V>;
  private timer: NodeJS.Timeout | undefined;
  /** When the last successful poll began. */
  private polled_ms = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: RememberedOptions) {
    this.log = new Logger(options.name);
    this.known = new LRUCache({ max: options.max, ttl: TTL_MS });
  }

  /** Returns a value; undefined if it must be read. */
  find(key: string): V | undefined {
    return performance.now() - this.polled_ms < TRUST_MS ? this.known.get(key) : undefined;
  }

  /** Keeps a value. `read_ms` is when its reading began, by `performance.now()`. */
  remember(key: string, value: V, read_ms: number): void {
    this.known.set(key, value);
    if (this.timer) return;
    this.polled_ms = read_ms;
    this.schedule();
  }

  /** Forgets what was changed here; the other instances do when they next ask. */
  forget(id: string): void {
    for (const [key, value] of this.known.entries()) {
      if (value.id === id) this.known.delete(key);
    }
  }

  /** Forgets everything and stops asking. */
  stop(): void {
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
      this.log.warn(`changes of ${this.options.name} cannot be read, so each request looks them up: ${String(error)}`);
    }
    this.known.purgeStale();
    this.timer = undefined;
    if (this.known.size > 0) this.schedule();
  }

  private async poll(): Promise<void> {
    const began_ms = performance.now();
    const changed = await this.options.changedWithin(WINDOW_S);
    if (began_ms - this.polled_ms > GAP_MAX_MS) this.known.clear();
    else if (changed.length > 0) this.forgetChanged(new Map(changed.map(({ id, version }) => [id, version])));
    this.polled_ms = began_ms;
  }

  /** Forgets the values that have changed since they were read. */
  private forgetChanged(versions: ReadonlyMap<string, string>): void {
    for (const [key, { id, version }] of this.known.entries()) {
      const newest = versions.get(id);
      if (newest !== undefined && newest !== version) this.known.delete(key);
    }
  }
}
