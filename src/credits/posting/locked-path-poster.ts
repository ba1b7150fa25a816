import { Injectable } from '@nestjs/common';
import { AccountLocks } from '../accounts/account-locks.js';
import { HoldsRepository } from '../holds/holds.repository.js';
import { paidBy, type Posting, type Result } from './posting.js';
import { ReplayLookup } from './replay-lookup.js';
import { BudgetedAccounts } from './budgeted-accounts.js';
import { resultOf } from './decision.js';
import { PostingSession } from './posting-session.js';
import { PostingStore } from './posting-store.js';

/** The locked path: posts the entries of one user one after the other, under the account's lock. Can post anything. */
@Injectable()
export class LockedPathPoster {
  constructor(
    private readonly locks: AccountLocks,
    private readonly holds: HoldsRepository,
    private readonly replays: ReplayLookup,
    private readonly store: PostingStore,
    private readonly budgeted: BudgetedAccounts,
  ) {}

  /**
   * Posts all entries in one transaction, in order. A refusal is a normal result: it does not undo earlier entries or
   * its own audit entry. Finished work of a moved account is booked on the account that took over.
   */
  async post(user_id: string, postings: [Posting, ...Posting[]]): Promise<Result[]> {
    const { results, moved_to } = await this.postOn(user_id, postings);
    const all: Result[] = [];
    for (const [i, posting] of postings.entries()) {
      const result = results[i];
      if (result) all.push(result);
      else all.push(...(await this.post(moved_to ?? user_id, [paidBy(moved_to ?? user_id, posting)])));
    }
    return all;
  }

  private postOn(
    user_id: string,
    postings: [Posting, ...Posting[]],
  ): Promise<{ results: (Result | null)[]; moved_to: string | null }> {
    return this.locks.withLock(postings[0].actor, user_id, async (account, tx) => {
      this.budgeted.note(user_id, account.state.has_budgets);
      const known = await this.replays.find(tx, user_id, postings);
      const holds = await this.holds.findAll(tx, user_id, [...postings.flatMap(holdIdOf), ...known.recorded]);
      const session = new PostingSession(account, holds, known);
      const decisions = postings.map((posting) => {
        this.locks.expireReleasedGrants(account);
        return session.post(posting);
      });
      const stored = await this.store.save(tx, account, session);
      const results = decisions.map((decision) => decision && resultOf(decision, stored));
      return { results, moved_to: account.state.moved_to };
    });
  }
}

const holdIdOf = (posting: Posting): string[] => ('hold' in posting ? [posting.hold.id] : []);
