import { sqlState } from '../../platform/database/database-errors.js';
import { type Group, groupOf } from './group.js';
import { type Outcome, type Posting, type Result, TermsOutdated } from './posting.js';

/** A posting that waits for its result. */
export interface PendingPosting {
  posting: Posting;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** The two ways to post, with the error handling of the batch path. */
export interface PostingPaths {
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
const ATTEMPTS_MAX = 3;
/**
 * SQL states of a batch that lost a race against another process: serialization failure, deadlock, unique violation.
 */
const LOST_RACE = new Set(['40001', '40P01', '23505']);

/**
 * Posts the entries of its share of the users. While one batch is in flight, the next one is collected; there is no
 * timer. Entries of a user are posted in order of arrival: while some of them take the locked path, later ones wait.
 */
export class Lane {
  private waiting: PendingPosting[] = [];
  private readonly slowPaths = new Map<string, PendingPosting[]>();
  private isRunning = false;

  constructor(private readonly paths: PostingPaths) {}

  get isIdle(): boolean {
    return !this.isRunning && this.waiting.length === 0 && this.slowPaths.size === 0;
  }

  add(pending: PendingPosting): void {
    this.waiting.push(pending);
    this.wake();
  }

  private joinSlowPath(pending: PendingPosting): boolean {
    const queue = this.slowPaths.get(pending.posting.user_id);
    queue?.push(pending);
    return queue !== undefined;
  }

  private wake(): void {
    if (this.isRunning || this.waiting.length === 0) return;
    this.isRunning = true;
    queueMicrotask(() => void this.run());
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      // append to the user's locked-path queue, and only here, to keep the order per user
      const tickets = this.waiting.splice(0, BATCH_MAX).filter((ticket) => !this.joinSlowPath(ticket));
      if (tickets.length === 0) continue;
      const byUser = Map.groupBy(tickets, (ticket) => ticket.posting.user_id);
      await this.post(byUser);
    }
    this.isRunning = false;
  }

  private async post(byUser: Map<string, PendingPosting[]>): Promise<void> {
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
        if (outcomes) resolveAll(tickets, outcomes);
        else void this.takeSlowPath(user_id, tickets);
      }
    } catch (error) {
      this.recover(byUser, error);
    }
  }

  private recover(byUser: Map<string, PendingPosting[]>, error: unknown): void {
    if (!this.paths.isOutage(error)) this.paths.onFault(error);
    const isUndone = this.hadNoEffect(error);
    for (const [user_id, tickets] of byUser) {
      if (isUndone) void this.takeSlowPath(user_id, tickets);
      else for (const ticket of tickets) ticket.reject(error);
    }
  }

  /** Posts a batch. Retries when another process won the race for a key or a hold. */
  private async tryBatch(groups: Group[]): Promise<Map<string, Outcome[]>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.paths.batch(groups);
      } catch (error) {
        if (attempt === ATTEMPTS_MAX || !LOST_RACE.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  private async takeSlowPath(user_id: string, tickets: PendingPosting[]): Promise<void> {
    const pending = tickets.filter((ticket) => !isOnTerms(ticket.posting));
    for (const ticket of tickets) if (isOnTerms(ticket.posting)) ticket.reject(new TermsOutdated());
    this.slowPaths.set(user_id, []);
    await this.postLocked(user_id, pending);
    const later = this.slowPaths.get(user_id) ?? [];
    this.slowPaths.delete(user_id);
    this.waiting = later.concat(this.waiting); // they arrived before the entries that are waiting now
    this.wake();
  }

  /**
   * Whether the failure certainly had no effect, as an error from the database proves. Otherwise a retry could charge
   * twice.
   */
  private hadNoEffect(error: unknown): boolean {
    return sqlState(error) !== undefined && !this.paths.isOutage(error);
  }

  private async postLocked(user_id: string, pending: PendingPosting[]): Promise<void> {
    const [first, ...rest] = pending;
    if (!first) return;
    try {
      resolveAll(pending, await this.paths.locked(user_id, [first.posting, ...rest.map((ticket) => ticket.posting)]));
    } catch (error) {
      // an entry that the database rejects must not fail the others
      if (rest.length > 0 && this.hadNoEffect(error))
        for (const ticket of pending) await this.postLocked(user_id, [ticket]);
      else for (const ticket of pending) ticket.reject(error);
    }
  }
}

/** Whether a posting depends on terms, which only a batch checks. */
const isOnTerms = (posting: Posting): boolean => posting.kind === 'hold' && posting.terms !== undefined;

function resolveAll(pending: PendingPosting[], results: Result[]): void {
  pending.forEach((ticket, i) => ticket.resolve(results[i] as Result));
}
