import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import { DomainError } from '../../platform/errors.js';
import type { Account } from '../accounts/account.js';
import { AccountLocks } from '../accounts/account-locks.js';
import { HoldsRepository } from '../holds/holds.repository.js';
import { paidBy, type Posting, type Result } from './posting.js';
import { ReplayLookup } from './replay-lookup.js';
import { BudgetedAccounts } from './budgeted-accounts.js';
import { resultOf } from './decision.js';
import { PaidElsewhere } from './paid-elsewhere.js';
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
    private readonly marks: PaidElsewhere,
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

  /**
   * Posts work of a person for which an organization pays. Both accounts are locked: work that the person's account knows
   * is returned as recorded; otherwise that account remembers who paid. So work is paid for once, even if the burn order
   * changes between two attempts or the person leaves.
   */
  postBeside(home: string, posting: Posting): Promise<Result> {
    const { user_id, actor } = posting;
    return this.locks.withBoth(actor, user_id, home, async (payer, own, tx) => {
      const asked = paidBy(home, posting);
      const seen = await this.sessionOf(tx, own, [asked]);
      const replay = seen.replay(asked);
      if (replay) return resultOf(replay, await this.store.save(tx, own, seen));
      this.budgeted.note(user_id, payer.state.has_budgets);
      const session = await this.sessionOf(tx, payer, [posting]);
      const decision = session.post(posting);
      if (decision === null) throw new Error(`organization ${user_id} was moved`);
      const result = resultOf(decision, await this.store.save(tx, payer, session));
      if (!(result instanceof DomainError)) await this.marks.record(tx, home, posting, result);
      return result;
    });
  }

  private async sessionOf(tx: Tx, account: Account, postings: readonly Posting[]): Promise<PostingSession> {
    const known = await this.replays.find(tx, account.user_id, postings);
    const holds = await this.holds.findAll(tx, known.owners, [...postings.flatMap(holdIdOf), ...known.recorded]);
    return new PostingSession(account, holds, known);
  }

  private postOn(
    user_id: string,
    postings: [Posting, ...Posting[]],
  ): Promise<{ results: (Result | null)[]; moved_to: string | null }> {
    return this.locks.withLock(postings[0].actor, user_id, async (account, tx) => {
      this.budgeted.note(user_id, account.state.has_budgets);
      const session = await this.sessionOf(tx, account, postings);
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
