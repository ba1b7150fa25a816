import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { CreditHoldRow } from '../generated/rows.js';
import { amount } from '../platform/amount.js';
import type { Tx } from '../platform/database.js';
import type { Account } from './account.js';
import { AccountBook } from './account-book.js';
import { AccountsRepository, type StoredLine } from './accounts.repository.js';
import { HoldsRepository } from './holds.repository.js';
import { IdempotencyRepository, type NewKey } from './idempotency.js';
import { LedgerRepository } from './ledger.repository.js';
import type { Posting, Result } from './posting.js';
import { PostingSession } from './posting-session.js';

/** The path for everything: posts entries of one user one after the other, under the account's lock. */
@Injectable()
export class LockedPoster {
  constructor(
    private readonly book: AccountBook,
    private readonly accounts: AccountsRepository,
    private readonly ledger: LedgerRepository,
    private readonly holds: HoldsRepository,
    private readonly keys: IdempotencyRepository,
    private readonly audit: AuditRepository,
  ) {}

  /**
   * Posts all entries in one transaction, in order. A refusal is a result like any other: what was booked before it,
   * and its audit entry, stay.
   */
  post(user_id: string, postings: [Posting, ...Posting[]]): Promise<Result[]> {
    return this.book.locked(postings[0].actor, user_id, async (account, tx) => {
      const keys = await this.keys.findAll(
        tx,
        user_id,
        postings.flatMap(({ key }) => (key ? [key.key] : [])),
      );
      const recorded = [...keys.values()].flatMap(({ resource_id }) => (resource_id === null ? [] : [resource_id]));
      const holds = await this.holds.findAll(tx, user_id, [...postings.flatMap(holdIdOf), ...recorded]);
      const session = new PostingSession(account, holds, keys);
      const endings = postings.map((posting) => {
        this.book.lapseFreed(account);
        return session.take(posting);
      });
      const saved = await this.store(tx, account, session);
      const recorded_lines = new Map<string, StoredLine>(
        (await this.ledger.findAll(tx, user_id, recorded)).map((line) => [line.id, line]),
      );
      return endings.map((ending) => ending({ ...saved, recorded_lines }));
    });
  }

  private async store(tx: Tx, account: Account, session: PostingSession) {
    const { user_id } = account;
    const saved = session.hasPosted
      ? await this.accounts.save(tx, account)
      : { account: await this.accounts.get(tx, user_id), lines: [] };
    const new_holds = await this.holds.createAll(tx, session.newHolds);
    await this.holds.updateAll(tx, user_id, [...session.changedHolds.values()]);
    await this.keys.record(tx, user_id, newKeys(session, saved.lines, new_holds));
    await this.audit.recordAll(
      tx,
      session.refusals.map(({ posting, refusal }) => ({
        actor: posting.actor,
        user_id,
        action: 'credit.deduct_failed',
        result: 'failure',
        resource_type: 'user_credits',
        resource_id: user_id,
        metadata: {
          code: refusal.code,
          required: amount(refusal.required),
          available: amount(refusal.available),
          service: posting.details.service ?? null,
        },
      })),
    );
    return { ...saved, new_holds };
  }
}

const holdIdOf = (posting: Posting): string[] => ('hold' in posting ? [posting.hold.id] : []);

function newKeys(session: PostingSession, lines: StoredLine[], holds: CreditHoldRow[]): NewKey[] {
  return [...session.newKeys].map(([key, { request_hash, recorded }]) => {
    if ('line' in recorded) return { key, request_hash, resource_id: lines[recorded.line]?.id ?? null };
    if ('new_hold' in recorded) return { key, request_hash, resource_id: holds[recorded.new_hold]?.id ?? null };
    return { key, request_hash, resource_id: recorded.id };
  });
}
