import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { UserCreditsRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { amount, type Units, units } from '../platform/values/amount.js';
import type { Tx } from '../platform/database/database.js';
import { DomainError } from '../platform/errors.js';
import type { Replayable } from '../platform/replayable.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import type { Account, LineDetails } from './accounts/account.js';
import { AccountLocks } from './accounts/account-locks.js';
import { balanceView } from './accounts/accounts.service.js';
import type { StoredLine } from './accounts/account-lines.js';
import { AccountsRepository, type SavedAccount } from './accounts/accounts.repository.js';
import { type IdempotencyKey, IdempotencyRepository } from './posting/idempotency.js';
import type { BalanceView } from './credits.views.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { restart } from './grants/period.js';
import { assertOpen } from './accounts/refusal.js';
import type { Posted } from './posting/decision.js';
import type { grant_source } from '../generated/prisma/enums.js';

/** Credits to add to an account. */
export interface GrantOrder {
  user_id: string;
  amount: Units;
  source: grant_source;
  expires_at?: Date | null | undefined;
  details: LineDetails;
  key: IdempotencyKey | undefined;
}

/** Credits to add to an account that is locked already. */
export type LockedGrantOrder = Pick<GrantOrder, 'amount' | 'source' | 'expires_at' | 'details'>;

/** Credits to refund. */
export interface RefundOrder {
  user_id: string;
  amount: Units;
  reason: string;
  transaction_id?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
  key: IdempotencyKey | undefined;
}

/** The result of an administrative change to an account. */
export interface AdminResult {
  account: UserCreditsRow;
  replayed: boolean;
}

/** Returns the changed account as its user sees it. */
export const accountResult = ({ account, replayed }: AdminResult): Replayable<BalanceView> => ({
  result: balanceView(account),
  replayed,
});

/** Administrative changes to an account: grants, refunds, resets, caps. */
@Injectable()
export class CreditsService {
  constructor(
    private readonly locks: AccountLocks,
    private readonly accounts: AccountsRepository,
    private readonly ledger: LedgerRepository,
    private readonly keys: IdempotencyRepository,
    private readonly tiers: TiersRepository,
    private readonly audit: AuditRepository,
  ) {}

  /**
   * Adds credits as one grant. Debt is paid from them first.
   * @throws DomainError `invalid_expiry` when the expiry is not in the future, `account_closed`, `idempotency_conflict`
   */
  grant(actor: Actor, action: 'credit.allocate' | 'credit.bonus', order: GrantOrder): Promise<Posted> {
    return this.credit(actor, action, order, (account) => {
      addGrant(account, order);
      return Promise.resolve();
    });
  }

  /**
   * Does the same as part of the caller's transaction, to an account that the caller has locked. What makes it happen once
   * is for the caller.
   * @returns the ledger line
   * @throws DomainError `invalid_expiry` when the expiry is not in the future, `account_closed`
   */
  async grantLocked(tx: Tx, actor: Actor, account: Account, order: LockedGrantOrder): Promise<StoredLine> {
    assertOpen(account.state);
    addGrant(account, order);
    const saved = await this.accounts.save(tx, account);
    const { user_id } = account;
    const { line } = await this.recordCredit(
      tx,
      actor,
      'credit.allocate',
      { ...order, user_id, key: undefined },
      saved,
    );
    return line;
  }

  /**
   * Refunds credits as a grant. With `transaction_id`, at most the part of that charge that has not been refunded yet.
   * @throws NotFound; DomainError `refund_exceeds_charge`, `not_a_charge`, `account_closed`, `idempotency_conflict`
   */
  refund(actor: Actor, order: RefundOrder): Promise<Posted> {
    const { user_id, transaction_id, reason, metadata } = order;
    return this.credit(actor, 'credit.refund', order, async (account, tx) => {
      if (transaction_id !== undefined) await this.assertRefundable(tx, user_id, transaction_id, order.amount);
      const details = { description: reason, refund_of: transaction_id, metadata: { ...metadata, reason } };
      account.grant({ source: 'refund', amount: order.amount }, details);
    });
  }

  /**
   * Starts a new period now, with the credits of `new_tier` or of the current tier.
   * @throws NotFound for an unknown tier; DomainError `account_closed`, `idempotency_conflict`
   */
  reset(
    actor: Actor,
    user_id: string,
    new_tier: string | undefined,
    key: IdempotencyKey | undefined,
  ): Promise<AdminResult> {
    return this.change(actor, user_id, 'credit.monthly_reset', key, async (account, tx) => {
      restart(account, await this.tiers.get(new_tier ?? account.state.tier, tx));
      return { tier: account.state.tier, reset_date: account.state.reset_date };
    });
  }

  /**
   * Sets an account's cap on plan credits; null means unlimited. With undefined, the cap follows the tier again.
   * @throws DomainError `account_closed`, `idempotency_conflict`
   */
  setCap(
    actor: Actor,
    user_id: string,
    monthly_cap: string | null | undefined,
    key: IdempotencyKey | undefined,
  ): Promise<AdminResult> {
    return this.change(actor, user_id, 'credit.cap', key, async (account, tx) => {
      const cap = monthly_cap === undefined ? (await this.tiers.get(account.state.tier, tx)).monthly_cap : monthly_cap;
      account.setCap(cap === null ? null : units(cap), monthly_cap !== undefined);
      return { monthly_cap: cap, follows_tier: monthly_cap === undefined };
    });
  }

  /**
   * Sets the credits below which an account counts as low; null means a tenth of its allocation, zero never. The event about
   * it follows immediately if the account is low now.
   * @throws DomainError `account_closed`
   */
  setLowBalanceThreshold(actor: Actor, user_id: string, threshold: string | null): Promise<AdminResult> {
    return this.change(actor, user_id, 'credit.low_balance_threshold', undefined, (account) => {
      account.state.low_balance_threshold = threshold === null ? null : units(threshold);
      return Promise.resolve({ low_balance_threshold: threshold });
    });
  }

  /**
   * Changes an account under its lock, once per idempotency key, and records an audit entry. `decide` makes the change
   * and returns the metadata of the entry.
   * @throws DomainError `account_closed`, `idempotency_conflict`
   */
  change(
    actor: Actor,
    user_id: string,
    action: string,
    key: IdempotencyKey | undefined,
    decide: (account: Account, tx: Tx) => Promise<Record<string, unknown>>,
  ): Promise<AdminResult> {
    return this.locks.withLock(actor, user_id, async (account, tx) => {
      if (await this.keys.find(tx, user_id, key))
        return { account: await this.accounts.get(tx, user_id), replayed: true };
      assertOpen(account.state);
      const metadata = await decide(account, tx);
      const saved = await this.accounts.save(tx, account);
      await this.keys.record(tx, user_id, key ? [{ ...key, resource_id: null }] : []);
      const transactions = saved.lines.map((line) => line.id);
      await this.audit.record(tx, actor, {
        user_id,
        action,
        resource_type: 'user_credits',
        resource_id: user_id,
        metadata: { ...metadata, transactions },
      });
      return { account: saved.account, replayed: false };
    });
  }

  private credit(
    actor: Actor,
    action: string,
    order: { user_id: string; amount: Units; key: IdempotencyKey | undefined },
    decide: (account: Account, tx: Tx) => Promise<void>,
  ): Promise<Posted> {
    const { user_id, key } = order;
    return this.locks.withLock(actor, user_id, async (account, tx) => {
      const known = await this.keys.find(tx, user_id, key);
      if (known) {
        const line = await this.ledger.get(user_id, known.resource_id ?? '', tx);
        return { account: await this.accounts.get(tx, user_id), line, replayed: true };
      }
      assertOpen(account.state);
      await decide(account, tx);
      const saved = await this.accounts.save(tx, account);
      return this.recordCredit(tx, actor, action, order, saved);
    });
  }

  private async recordCredit(
    tx: Tx,
    actor: Actor,
    action: string,
    { user_id, amount: credited, key }: { user_id: string; amount: Units; key: IdempotencyKey | undefined },
    saved: SavedAccount,
  ): Promise<Posted> {
    const line = saved.lines.at(-1) as StoredLine;
    await this.keys.record(tx, user_id, key ? [{ ...key, resource_id: line.id }] : []);
    await this.audit.record(tx, actor, {
      user_id,
      action,
      resource_type: 'credit_transaction',
      resource_id: line.id,
      metadata: { amount: amount(credited) },
    });
    return { account: saved.account, line, replayed: false };
  }

  private async assertRefundable(tx: Tx, user_id: string, id: string, wanted: Units): Promise<void> {
    const charge = await this.ledger.get(user_id, id, tx);
    if (charge.transaction_type !== 'usage') {
      throw new DomainError(
        'invalid',
        'not_a_charge',
        `Transaction ${id} has the type ${charge.transaction_type}; only usage can be refunded.`,
      );
    }
    const left = (await this.ledger.refundable(user_id, [id], tx)).get(id) ?? 0n;
    if (wanted <= left) return;
    const refundable = amount(left);
    const detail = `Only ${refundable} credits of the charge can still be refunded; ${amount(wanted)} were requested.`;
    throw new DomainError('conflict', 'refund_exceeds_charge', detail, { refundable });
  }
}

/** Adds a grant to a locked account. Plan credits without an expiry end with the period. */
function addGrant(account: Account, order: LockedGrantOrder): void {
  if (order.expires_at && order.expires_at <= account.now) {
    throw new DomainError('invalid', 'invalid_expiry', 'expires_at must be in the future.', {
      errors: [{ field: 'expires_at', message: 'must be in the future' }],
    });
  }
  const end = order.source === 'plan' ? account.state.reset_date : null;
  account.grant({ ...order, expires_at: order.expires_at ?? end }, order.details);
}
