import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { AuditRepository } from '../audit/audit.repository.js';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import { RedemptionsRepository } from '../coupons/redemption/redemptions.repository.js';
import type { Account } from '../credits/accounts/account.js';
import { BudgetTransfer } from '../credits/budgets/budget-transfer.js';
import { AccountLocks, type LockedPair } from '../credits/accounts/account-locks.js';
import { type MoveResult, moveAccount } from '../credits/accounts/account-move.js';
import type { StoredLine } from '../credits/accounts/account-lines.js';
import { AccountsRepository } from '../credits/accounts/accounts.repository.js';
import { balanceView } from '../credits/accounts/accounts.service.js';
import type { BalanceView } from '../credits/credits.views.js';
import { type IdempotencyKey, idempotencyKey, IdempotencyRepository } from '../credits/posting/idempotency.js';
import { assertOpen } from '../credits/accounts/refusal.js';
import type { UserCreditsRow } from '../generated/rows.js';
import { GrowthTransfer } from '../growth/growth-transfer.repository.js';
import { ApiKeys } from '../keys/api-keys.service.js';
import { OwnKeys } from '../openrouter/own-keys.js';
import { PaymentsTransfer } from '../payments/payments-transfer.repository.js';
import type { Actor } from '../platform/actor.js';
import { PortalSessions } from '../portal/portal-sessions.service.js';
import { amount } from '../platform/values/amount.js';
import { isOrganizationId } from '../platform/values/organization-id.js';
import type { Tx } from '../platform/database/database.js';
import { DomainError, InvalidInput } from '../platform/errors.js';
import type { Replayable } from '../platform/replayable.js';

/** The recorded result of a move. */
export interface MoveRecord {
  moved_from: string;
  credits: string;
  debt: string;
  lapsed: string;
}

/** The target account and what was moved to it. */
export type MovedAccount = BalanceView & Omit<MoveRecord, 'debt'> & { moved_debt: string };

/** Moves what somebody signs in with, in the transaction of the move. */
@Injectable()
export class AccountAccess {
  constructor(
    private readonly own_keys: OwnKeys,
    private readonly keys: ApiKeys,
    private readonly portal: PortalSessions,
  ) {}

  async transfer(tx: Tx, from: string, to: string): Promise<void> {
    await this.own_keys.transfer(tx, from, to);
    await this.keys.transfer(tx, from, to);
    await this.portal.endAll(tx, from);
  }
}

/** Moves the rows of other modules, in the transaction of the move. */
@Injectable()
export class AccountData {
  constructor(
    readonly payments: PaymentsTransfer,
    private readonly redemptions: RedemptionsRepository,
    private readonly access: AccountAccess,
    private readonly budgets: BudgetTransfer,
    private readonly growth: GrowthTransfer,
  ) {}

  async transfer(tx: Tx, from: string, to: string, lines: { before: string; after: string }[]): Promise<void> {
    await this.payments.transfer(tx, from, to, lines);
    await this.redemptions.transfer(tx, from, to);
    await this.growth.transfer(tx, from, to, lines);
    await this.access.transfer(tx, from, to);
  }

  /** Moves the budgets, once the ledger of the target is stored. */
  transferBudgets(tx: Tx, pair: LockedPair): Promise<void> {
    return this.budgets.transfer(tx, pair);
  }
}

/** Merges one account into another, for a user whose id has changed or who had two accounts. */
@Injectable()
export class AccountMoveService {
  /** Limits concurrent moves. Moves of one account wait for each other, and must not use up all connections. */
  private readonly slots = pLimit(MOVE_CONCURRENCY);

  constructor(
    private readonly locks: AccountLocks,
    private readonly accounts: AccountsRepository,
    private readonly keys: IdempotencyRepository,
    private readonly data: AccountData,
    private readonly contacts: ContactsRepository,
    private readonly audit: AuditRepository,
  ) {}

  /**
   * Moves an account. Repeating a move changes nothing. {@link moveAccount} defines what is moved and how. The ledger,
   * the usage and the audit entries stay with the source account.
   * @throws DomainError `not_found`, `account_closed`, `holds_open`, `both_subscribed`, `idempotency_conflict`
   */
  move(actor: Actor, from_id: string, to_id: string, key: string | undefined): Promise<Replayable<MovedAccount>> {
    if (from_id === to_id) throw new InvalidInput([{ field: 'to', message: 'must be another account' }]);
    if (isOrganizationId(from_id) || isOrganizationId(to_id)) {
      throw new InvalidInput([{ field: 'to', message: 'organizations are not moved: transfer their credits instead' }]);
    }
    const once = idempotencyKey(key, actor, 'move', { to: to_id });
    return this.slots(() => this.moveNow(actor, from_id, to_id, once));
  }

  private moveNow(
    actor: Actor,
    from_id: string,
    to_id: string,
    key: IdempotencyKey | undefined,
  ): Promise<Replayable<MovedAccount>> {
    return this.locks.withLocks(actor, from_id, to_id, async (pair, tx) => {
      const { from, to } = pair;
      const isKnown = (await this.keys.find(tx, from_id, key)) !== null;
      if (isKnown || from.state.moved_to === to_id) return this.recorded(tx, from_id, from.state.moved_to ?? to_id);
      assertMovable(from, to);
      const moved = moveAccount(from, to, await this.termsOf(tx, pair));
      const { lines } = await this.accounts.save(tx, from);
      const saved = await this.accounts.save(tx, to);
      await this.data.transfer(tx, from_id, to_id, renamed(moved, saved.lines));
      await this.data.transferBudgets(tx, pair);
      await this.contacts.transfer(tx, from_id, to_id);
      await this.accounts.inheritAge(tx, from_id, to_id);
      await this.keys.record(tx, from_id, key ? [{ ...key, resource_id: null }] : []);
      const move = recordOf(from_id, moved);
      await this.recordBoth(tx, actor, { from_id, to_id, move, lines, taken: saved.lines });
      return { result: movedAccount(await this.accounts.get(tx, to_id), move), replayed: false };
    });
  }

  private async termsOf(tx: Tx, { from, to, isNew }: LockedPair) {
    const isFresh = isNew || to.state.moved_to !== null;
    const { payments } = this.data;
    const isPlanPaid =
      (await payments.isSubscribed(tx, from.user_id)) && !(await payments.isSubscribed(tx, to.user_id));
    return { isFresh, isPlanPaid, hadTrial: !isFresh && (await this.accounts.hadTrial(tx, to.user_id)) };
  }

  private async recorded(tx: Tx, from_id: string, to_id: string): Promise<Replayable<MovedAccount>> {
    const entry = await this.audit.newest(tx, from_id, 'account.move');
    const { credits, debt, lapsed } = (entry?.metadata ?? {}) as unknown as MoveRecord;
    const account = await this.accounts.get(tx, to_id);
    return { result: movedAccount(account, { moved_from: from_id, credits, debt, lapsed }), replayed: true };
  }

  private async recordBoth(tx: Tx, actor: Actor, { from_id, to_id, move, lines, taken }: MoveFacts): Promise<void> {
    const { moved_from, ...sums } = move;
    const ids = (stored: StoredLine[]): string[] => stored.map(({ id }) => id);
    const entry = (user_id: string, metadata: Record<string, unknown>) => {
      const resource = { resource_type: 'user_credits', resource_id: user_id };
      return { actor, user_id, action: 'account.move', ...resource, metadata };
    };
    await this.audit.recordAll(tx, [
      entry(from_id, { moved_to: to_id, ...sums, transactions: ids(lines) }),
      entry(to_id, { moved_from, ...sums, transactions: ids(taken) }),
    ]);
  }
}

interface MoveFacts {
  from_id: string;
  to_id: string;
  move: MoveRecord;
  lines: StoredLine[];
  taken: StoredLine[];
}

function assertMovable(from: Account, to: Account): void {
  assertOpen(from.state);
  if (to.state.moved_to === null) assertOpen(to.state); // an account that was moved away can be reopened
  if (from.state.held > 0n || to.state.held > 0n) {
    const who = from.state.held > 0n ? from.user_id : to.user_id;
    const detail = `Work in progress holds credits of ${who}. Wait until its holds are captured, released or expired.`;
    throw new DomainError('conflict', 'holds_open', detail, { retry_after_s: HOLDS_RETRY_S });
  }
}

const HOLDS_RETRY_S = 60;
const MOVE_CONCURRENCY = 2;

const recordOf = (moved_from: string, { credits, debt, lapsed }: MoveResult): MoveRecord => ({
  moved_from,
  credits: amount(credits),
  debt: amount(debt),
  lapsed: amount(lapsed),
});

const movedAccount = (account: UserCreditsRow, { debt: moved_debt, ...sums }: MoveRecord): MovedAccount => ({
  ...balanceView(account),
  ...sums,
  moved_debt,
});

/** Maps the original ledger line of each moved grant to the target's line that booked its remainder. */
function renamed({ grants }: MoveResult, lines: StoredLine[]): { before: string; after: string }[] {
  return grants.flatMap(({ transaction_id, line }) => {
    const after = lines[line]?.id;
    return transaction_id === null || after === undefined ? [] : [{ before: transaction_id, after }];
  });
}
