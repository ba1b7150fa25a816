import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import type { Account } from '../../credits/accounts/account.js';
import type { StoredLine } from '../../credits/accounts/account-lines.js';
import { AccountsRepository } from '../../credits/accounts/accounts.repository.js';
import { balanceView } from '../../credits/accounts/accounts.service.js';
import { give, movable, receive } from '../../credits/accounts/transfer.js';
import { refuseStatus, statusError } from '../../credits/accounts/refusal.js';
import { LedgerRepository } from '../../credits/ledger/ledger.repository.js';
import { type IdempotencyKey, idempotencyKey, IdempotencyRepository } from '../../credits/posting/idempotency.js';
import { PayersService } from '../../memberships/payers.service.js';
import type { Actor } from '../../platform/actor.js';
import { rowId } from '../../platform/database/row-id.js';
import type { Tx } from '../../platform/database/database.js';
import { DomainError, InvalidInput, NotFound } from '../../platform/errors.js';
import type { Replayable } from '../../platform/replayable.js';
import { amount, units } from '../../platform/values/amount.js';
import { isOrganizationId } from '../../platform/values/organization-id.js';
import { GuardedChanges } from '../guarded-changes.js';
import { isMovable } from './transfer-rules.js';
import type { TransferBody, TransferView } from './transfers.dto.js';

/** Concurrent transfers: those of one account wait for each other, and must not use up all connections. */
const CONCURRENCY = 4;

type Sides = Pick<TransferView, 'transfer_id' | 'from_transaction_id' | 'to_transaction_id'>;

/** Moves credits between accounts. */
@Injectable()
export class TransfersService {
  private readonly slots = pLimit(CONCURRENCY);

  constructor(
    private readonly accounts: AccountsRepository,
    private readonly ledger: LedgerRepository,
    private readonly keys: IdempotencyRepository,
    private readonly payers: PayersService,
    private readonly changes: GuardedChanges,
  ) {}

  /**
   * Moves credits, with a line on each side, in one transaction that locks both accounts in the order of their ids. The
   * credits keep source, priority and expiry.
   * @throws NotFound for an account that does not exist or that the caller has nothing to do with; DomainError
   *   `forbidden`, `credits_not_transferable`, `account_suspended`, `account_closed`, `idempotency_conflict`
   */
  async transfer(actor: Actor, body: TransferBody, key: string | undefined): Promise<Replayable<TransferView>> {
    if (body.from === body.to) throw new InvalidInput([{ field: 'to', message: 'must be another account' }]);
    await this.assertMay(actor, body);
    const once = idempotencyKey(key, actor, 'transfer', body);
    return this.slots(() => this.transferNow(actor, body, once));
  }

  private async transferNow(
    actor: Actor,
    body: TransferBody,
    key: IdempotencyKey | undefined,
  ): Promise<Replayable<TransferView>> {
    await this.assertExist(body);
    return this.changes.locks.withBoth(actor, body.from, body.to, async (from, to, tx) => {
      const known = await this.keys.find(tx, from.user_id, key);
      if (known)
        return {
          result: await this.viewOf(tx, body, await this.recorded(tx, body, known.resource_id)),
          replayed: true,
        };
      const sides = await this.move(tx, actor, { from, to }, body);
      await this.keys.record(tx, from.user_id, key ? [{ ...key, resource_id: sides.from_transaction_id }] : []);
      return { result: await this.viewOf(tx, body, sides), replayed: false };
    });
  }

  private async move(
    tx: Tx,
    actor: Actor,
    { from, to }: { from: Account; to: Account },
    body: TransferBody,
  ): Promise<Sides> {
    assertActive(from);
    assertActive(to);
    const transfer_id = rowId(from.user_id, from.now);
    // the lines do not name the other account: its owner may be erased
    const metadata = { reason: 'transfer', transfer_id, note: body.reason };
    const parts = give(from, units(body.amount), isMovable, { description: 'Credits transferred', metadata });
    if (parts === null) throw notTransferable(from);
    receive(to, parts, { description: 'Credits received', metadata });
    const given = (await this.accounts.save(tx, from)).lines.at(-1) as StoredLine;
    const received = (await this.accounts.save(tx, to)).lines.at(-1) as StoredLine;
    await this.record(tx, actor, body, transfer_id);
    return { transfer_id, from_transaction_id: given.id, to_transaction_id: received.id };
  }

  private async record(
    tx: Tx,
    actor: Actor,
    { from, to, amount: moved, reason }: TransferBody,
    id: string,
  ): Promise<void> {
    const entry = { action: 'credit.transfer', resource_type: 'credit_transfer', resource_id: id };
    await this.changes.recordAll(tx, actor, [
      { ...entry, user_id: from, metadata: { amount: `-${moved}`, reason } },
      { ...entry, user_id: to, metadata: { amount: moved, reason } },
    ]);
  }

  /** Returns the ids of a transfer that was made before. */
  private async recorded(tx: Tx, { from, to }: TransferBody, line_id: string | null): Promise<Sides> {
    const given = await this.ledger.get(from, line_id ?? '', tx);
    const { transfer_id } = given.metadata as { transfer_id: string };
    const to_transaction_id = await this.ledger.findTransfer(tx, to, transfer_id, given.created_at);
    return { transfer_id, from_transaction_id: given.id, to_transaction_id };
  }

  private async viewOf(tx: Tx, body: TransferBody, sides: Sides): Promise<TransferView> {
    return { ...body, ...sides, balance: balanceView(await this.accounts.get(tx, body.from)) };
  }

  private async assertExist({ from, to }: TransferBody): Promise<void> {
    for (const user_id of [from, to]) {
      if ((await this.accounts.find(user_id)) === null) throw new NotFound(`Account ${user_id}`);
    }
  }

  /** Users transfer from an organization whose money they manage, or from their own account to one. */
  private async assertMay(actor: Actor, { from, to }: TransferBody): Promise<void> {
    if (actor.roles.includes('admin')) return;
    if (isOrganizationId(from)) await this.changes.access.check(actor, from, 'credits:transfer');
    else if (from !== actor.user_id || !isOrganizationId(to)) throw new NotFound(`Account ${from}`);
    if (isOrganizationId(to)) await this.changes.access.check(actor, to, 'organization:read');
    else await this.assertMember(to, from);
  }

  private async assertMember(person: string, organization: string): Promise<void> {
    try {
      await this.payers.membership(person, organization);
    } catch (error) {
      throw error instanceof NotFound ? new NotFound(`Account ${person}`) : error;
    }
  }
}

/** @throws DomainError `account_suspended`, `account_closed` */
function assertActive({ state }: Account): void {
  const refusal = refuseStatus(state);
  if (refusal) throw statusError(refusal);
}

function notTransferable(from: Account): DomainError {
  const transferable = amount(movable(from, isMovable));
  const detail = `Only ${transferable} credits can be transferred. Credits of plans, trials, coupons and referrals, and held ones, stay.`;
  return new DomainError('conflict', 'credits_not_transferable', detail, { transferable });
}
