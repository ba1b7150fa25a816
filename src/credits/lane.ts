import { sqlState } from '../platform/database-errors.js';
import { type Group, groupOf } from './group.js';
import type { Outcome, Posting, Result } from './posting.js';

/** A posting that waits for its result. */
export interface Ticket {
  posting: Posting;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** The two ways to post, with the error handling of the batch path. */
export interface Ways {
  /** Posts many users in one statement. Users that are missing from the result must take the locked path. */
  batch: (groups: Group[]) => Promise<Map<string, Outcome[]>>;
  /** Posts one user's entries one by one, under the account's lock. */
  locked: (user_id: string, postings: [Posting, ...Posting[]]) => Promise<Result[]>;
  /** Whether the database is unreachable. The outcome is then unknown; the caller can only retry with its key. */
  isOutage: (error: unknown) => boolean;
  /** Reports a failed batch. Its entries take the locked path if the batch certainly had no effect. */
  onFault: (error: unknown) => void;
}

const BATCH_MAX = 1000;
const TRIES = 3;
/**
 * SQL states of a batch that lost a race against another process: serialization failure, deadlock, unique violation.
 */
const LOST_RACE = new Set(['40001', '40P01', '23505']);

/**
 * Posts the entries of its share of the users. While one batch is in flight, the next one is collected; there is no
 * timer. Entries of a user are posted in order of arrival: while some of them take the locked path, later ones wait.
 */
export class Lane {
  private waiting: Ticket[] = [];
  private readonly detours = new Map<string, Ticket[]>();
  private isAwake = false;

  constructor(private readonly ways: Ways) {}

  get isIdle(): boolean {
    return !this.isAwake && this.waiting.length === 0 && this.detours.size === 0;
  }

  add(ticket: Ticket): void {
    this.waiting.push(ticket);
    this.wake();
  }

  private joinDetour(ticket: Ticket): boolean {
    const queue = this.detours.get(ticket.posting.user_id);
    queue?.push(ticket);
    return queue !== undefined;
  }

  private wake(): void {
    if (this.isAwake || this.waiting.length === 0) return;
    this.isAwake = true;
    queueMicrotask(() => void this.run());
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      // append to the user's locked-path queue, and only here, to keep the order per user
      const tickets = this.waiting.splice(0, BATCH_MAX).filter((ticket) => !this.joinDetour(ticket));
      if (tickets.length === 0) continue;
      const byUser = Map.groupBy(tickets, (ticket) => ticket.posting.user_id);
      await this.post(byUser);
    }
    this.isAwake = false;
  }

  private async post(byUser: Map<string, Ticket[]>): Promise<void> {
    const groups = [...byUser].flatMap(
      ([user_id, tickets]) =>
        groupOf(
          user_id,
          tickets.map((t) => t.posting),
        ) ?? [],
    );
    try {
      const posted = groups.length > 0 ? await this.tryBatch(groups) : new Map<string, Outcome[]>();
      for (const [user_id, tickets] of byUser) {
        const outcomes = posted.get(user_id);
        if (outcomes) settle(tickets, outcomes);
        else void this.detour(user_id, tickets);
      }
    } catch (error) {
      this.recover(byUser, error);
    }
  }

  private recover(byUser: Map<string, Ticket[]>, error: unknown): void {
    if (!this.ways.isOutage(error)) this.ways.onFault(error);
    const isUndone = this.isUndone(error);
    for (const [user_id, tickets] of byUser) {
      if (isUndone) void this.detour(user_id, tickets);
      else for (const ticket of tickets) ticket.reject(error);
    }
  }

  /** Posts a batch. Retries when another process won the race for a key or a hold. */
  private async tryBatch(groups: Group[]): Promise<Map<string, Outcome[]>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.ways.batch(groups);
      } catch (error) {
        if (attempt === TRIES || !LOST_RACE.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  private async detour(user_id: string, tickets: Ticket[]): Promise<void> {
    this.detours.set(user_id, []);
    await this.postLocked(user_id, tickets);
    const later = this.detours.get(user_id) ?? [];
    this.detours.delete(user_id);
    this.waiting = later.concat(this.waiting); // they arrived before the entries that are waiting now
    this.wake();
  }

  /**
   * Whether the failure certainly had no effect, as an error from the database proves. Otherwise a retry could charge
   * twice.
   */
  private isUndone(error: unknown): boolean {
    return sqlState(error) !== undefined && !this.ways.isOutage(error);
  }

  private async postLocked(user_id: string, tickets: Ticket[]): Promise<void> {
    const [first, ...rest] = tickets;
    if (!first) return;
    try {
      settle(tickets, await this.ways.locked(user_id, [first.posting, ...rest.map((ticket) => ticket.posting)]));
    } catch (error) {
      // an entry that the database rejects must not fail the others
      if (rest.length > 0 && this.isUndone(error))
        for (const ticket of tickets) await this.postLocked(user_id, [ticket]);
      else for (const ticket of tickets) ticket.reject(error);
    }
  }
}

function settle(tickets: Ticket[], results: Result[]): void {
  tickets.forEach((ticket, i) => ticket.resolve(results[i] as Result));
}
