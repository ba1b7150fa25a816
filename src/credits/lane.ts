import { sqlState } from '../platform/database-errors.js';
import { type Group, groupOf } from './group.js';
import type { Outcome, Posting, Result } from './posting.js';

/** A posting that waits for its result. */
export interface Ticket {
  posting: Posting;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** The two ways to post. */
export interface Ways {
  /** Many users at once; a user that is missing from the answer must take the other way. */
  batch: (groups: Group[]) => Promise<Map<string, Outcome[]>>;
  /** One user, entry by entry. */
  locked: (user_id: string, postings: [Posting, ...Posting[]]) => Promise<Result[]>;
  /** Whether the database is out of reach: then nobody knows what happened, and only the caller's key helps. */
  isOutage: (error: unknown) => boolean;
  /** A batch failed; where nothing can have happened its entries take the locked way. */
  onFault: (error: unknown) => void;
}

const BATCH_MAX = 1000;
const TRIES = 3;
const LOST_TO_ANOTHER = new Set(['40001', '40P01', '23505']);

/**
 * Posts what arrives for its share of the users. While one batch is in flight the next one gathers; there is no timer.
 * A user keeps the order of arrival: while entries of the user take the locked way, later ones wait for them.
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
      // those whose user is on a detour follow on it; nobody else puts them there, or they would overtake
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

  /** Another process may have been quicker with a key or a hold: then the batch is judged anew. */
  private async tryBatch(groups: Group[]): Promise<Map<string, Outcome[]>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.ways.batch(groups);
      } catch (error) {
        if (attempt === TRIES || !LOST_TO_ANOTHER.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  private async detour(user_id: string, tickets: Ticket[]): Promise<void> {
    this.detours.set(user_id, []);
    await this.postLocked(user_id, tickets);
    const later = this.detours.get(user_id) ?? [];
    this.detours.delete(user_id);
    this.waiting = later.concat(this.waiting); // they came before whatever waits by now
    this.wake();
  }

  /** Only what the database itself says had no effect may be posted again; anything else could be charged twice. */
  private isUndone(error: unknown): boolean {
    return sqlState(error) !== undefined && !this.ways.isOutage(error);
  }

  private async postLocked(user_id: string, tickets: Ticket[]): Promise<void> {
    const [first, ...rest] = tickets;
    if (!first) return;
    try {
      settle(tickets, await this.ways.locked(user_id, [first.posting, ...rest.map((ticket) => ticket.posting)]));
    } catch (error) {
      // one entry that the database can't take must not fail its neighbours
      if (rest.length > 0 && this.isUndone(error))
        for (const ticket of tickets) await this.postLocked(user_id, [ticket]);
      else for (const ticket of tickets) ticket.reject(error);
    }
  }
}

function settle(tickets: Ticket[], results: Result[]): void {
  tickets.forEach((ticket, i) => ticket.resolve(results[i] as Result));
}
