import { Injectable } from '@nestjs/common';
import { AccountBook } from './account-book.js';
import { HoldsRepository } from './holds.repository.js';
import type { Posting, Result } from './posting.js';
import { PostingMemory } from './posting-memory.js';
import { PostingSession } from './posting-session.js';
import { PostingStore } from './posting-store.js';

/** The path for everything: posts entries of one user one after the other, under the account's lock. */
@Injectable()
export class LockedPoster {
  constructor(
    private readonly book: AccountBook,
    private readonly holds: HoldsRepository,
    private readonly memory: PostingMemory,
    private readonly store: PostingStore,
  ) {}

  /**
   * Posts all entries in one transaction, in order. A refusal is a result like any other: what was booked before it,
   * and its audit entry, stay.
   */
  post(user_id: string, postings: [Posting, ...Posting[]]): Promise<Result[]> {
    return this.book.locked(postings[0].actor, user_id, async (account, tx) => {
      const recalled = await this.memory.recall(tx, user_id, postings);
      const holds = await this.holds.findAll(tx, user_id, [...postings.flatMap(holdIdOf), ...recalled.recorded]);
      const session = new PostingSession(account, holds, recalled);
      const endings = postings.map((posting) => {
        this.book.lapseFreed(account);
        return session.take(posting);
      });
      const stored = await this.store.save(tx, account, session);
      return endings.map((ending) => ending(stored));
    });
  }
}

const holdIdOf = (posting: Posting): string[] => ('hold' in posting ? [posting.hold.id] : []);
