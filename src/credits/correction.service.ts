import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import type { Units } from '../platform/values/amount.js';
import type { Tx } from '../platform/database/database.js';
import type { Account, LineDetails } from './accounts/account.js';
import { AccountLocks } from './accounts/account-locks.js';
import { AccountsRepository } from './accounts/accounts.repository.js';

/** The difference between the cost of finished work and its charge, negative for too high a charge. */
export interface Correction {
  more: Units;
  details: LineDetails;
}

/** Corrects the charges of finished work. */
@Injectable()
export class CorrectionService {
  constructor(
    private readonly locks: AccountLocks,
    private readonly accounts: AccountsRepository,
  ) {}

  /**
   * Books a correction in one transaction with the writes of `decide`, which runs under the account's lock, so that
   * nothing is corrected twice. What the balance cannot cover becomes debt. For work of a moved account, the account
   * that took over pays.
   */
  async correct<T extends Correction>(actor: Actor, user_id: string, decide: (tx: Tx) => Promise<T>): Promise<T> {
    const payer_id = await this.accounts.heirOf(user_id);
    const correction =
      payer_id === user_id
        ? await this.locks.withLock(actor, user_id, (account, tx) => this.bookOn(account, tx, decide))
        : await this.locks.withLocks(actor, user_id, payer_id, ({ to }, tx) => this.bookOn(to, tx, decide));
    // the account was moved in the meantime and nothing was decided; try again
    return correction ?? this.correct(actor, user_id, decide);
  }

  private async bookOn<T extends Correction>(
    payer: Account,
    tx: Tx,
    decide: (tx: Tx) => Promise<T>,
  ): Promise<T | null> {
    if (payer.state.moved_to !== null) return null;
    const correction = await decide(tx);
    if (correction.more === 0n) return correction;
    payer.correct(correction.more, correction.details);
    await this.accounts.save(tx, payer);
    return correction;
  }
}
