import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import type { Units } from '../platform/amount.js';
import type { Tx } from '../platform/database.js';
import type { LineDetails } from './account.js';
import { AccountBook } from './account-book.js';
import { AccountsRepository } from './accounts.repository.js';

/** How much more finished work costs than was charged for it, negative when it is less, and what the line says. */
export interface Correction {
  more: Units;
  details: LineDetails;
}

/** Corrects charges of work that is done. */
@Injectable()
export class CorrectionService {
  constructor(
    private readonly book: AccountBook,
    private readonly accounts: AccountsRepository,
  ) {}

  /**
   * Books a correction in one transaction with whatever `decide` writes. It is called under the account's lock, so that
   * what it decides upon can't be corrected twice. What the balance can't pay becomes debt.
   */
  correct<T extends Correction>(actor: Actor, user_id: string, decide: (tx: Tx) => Promise<T>): Promise<T> {
    return this.book.locked(actor, user_id, async (account, tx) => {
      const correction = await decide(tx);
      if (correction.more === 0n) return correction;
      account.correct(correction.more, correction.details);
      await this.accounts.save(tx, account);
      return correction;
    });
  }
}
