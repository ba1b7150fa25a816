import { Injectable } from '@nestjs/common';
import type { credit_grants, user_credits } from '../../generated/prisma/client.js';
import { writeEvents } from '../../events/event-log.js';
import type { UserCreditsRow } from '../../generated/rows.js';
import { amount, AMOUNT_LIMIT, min, units } from '../../platform/values/amount.js';
import { batched } from '../../platform/database/batched.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { KeyRing } from '../../platform/secrets/key-ring.js';
import { json, type Wire, wire } from '../../platform/values/wire.js';
import { Account } from './account.js';
import { eventsOf, noteCreditLevel } from './account-events.js';
import { insertLines, saveGrants, type StoredLine } from './account-lines.js';
import { type AccountState, NEVER_CLOSED, standingOf } from './account-state.js';
import { BudgetBook } from '../budgets/budget-book.js';
import { BudgetWindows } from '../budgets/budget-windows.js';
import { lockedBudgets, saveBudgets } from '../budgets/budgets.repository.js';
import type { Grant } from '../grants/grant.js';
import type { TierTerms } from '../grants/tier-terms.js';

/** An account that was read without a lock; `is_due` means that a renewal or an expiry must be booked. */
export type AccountRead = UserCreditsRow & { is_due: boolean };

const READ_MAX = 1000;

/** A stored account with its new ledger lines. */
export interface SavedAccount {
  account: UserCreditsRow;
  lines: StoredLine[];
}

/**
 * Reads, locks and stores accounts with their grants and ledger lines. The user_credits row is the lock: every write to
 * the data of an account holds it.
 */
@Injectable()
export class AccountsRepository {
  /** Combines the reads of one turn of the event loop into one query. Nothing is cached. */
  private readonly loader = batched<string, AccountRead | null>(READ_MAX, (ids) => this.load(ids));

  constructor(
    private readonly db: Database,
    private readonly ring: KeyRing,
    private readonly windows: BudgetWindows,
  ) {}

  /** Returns the account as stored; null when it does not exist. */
  find(user_id: string): Promise<AccountRead | null> {
    return this.loader.load(user_id);
  }

  private async load(user_ids: readonly string[]): Promise<(AccountRead | null)[]> {
    const rows = await this.db.statement<AccountRead>(
      'accounts_find',
      'SELECT *, due_at <= clock_timestamp() AS is_due FROM user_credits WHERE user_id = ANY ($1::text[])',
      [[...new Set(user_ids)]],
    );
    const byId = new Map(rows.map((row) => [row.user_id, row]));
    return user_ids.map((user_id) => byId.get(user_id) ?? null);
  }

  /** Returns the account with its live grants from one snapshot, without a lock; null when it does not exist. */
  async findWithGrants(user_id: string): Promise<Account | null> {
    const [row] = await this.db.statement<UserCreditsRow & { grants: Wire<credit_grants>[]; now: Date }>(
      'account_find_with_grants',
      `SELECT a.*, clock_timestamp() AS now, ARRAY(
         SELECT to_jsonb(g) || jsonb_build_object('amount', g.amount::text, 'remaining', g.remaining::text)
         FROM credit_grants g WHERE g.user_id = a.user_id AND g.remaining > 0) AS grants
       FROM user_credits a WHERE a.user_id = $1`,
      [user_id],
    );
    return row ? new Account(user_id, readState(row), row.grants.map(toGrant), row.now) : null;
  }

  /** Returns the next accounts with something due, earliest `due_at` first, after the given one. */
  findDue(after: { due_at: Date; user_id: string }, limit: number): Promise<{ user_id: string; due_at: Date }[]> {
    return this.db.statement(
      'accounts_find_due',
      `SELECT user_id, due_at FROM user_credits
       WHERE due_at >= $1 AND due_at <= clock_timestamp() AND (due_at, user_id) > ($1, $2)
       ORDER BY due_at, user_id LIMIT $3`,
      [after.due_at, after.user_id, limit],
    );
  }

  /**
   * Follows the moves of an account. Returns the last account that took over, or the account itself if it was not
   * moved.
   */
  async heirOf(user_id: string): Promise<string> {
    const [heir] = await this.db.prisma.$queryRaw<{ user_id: string }[]>`
      WITH RECURSIVE heir AS (
        SELECT ${user_id}::text AS user_id, 0 AS n
        UNION SELECT a.moved_to, n + 1 FROM user_credits a JOIN heir USING (user_id) WHERE a.moved_to IS NOT NULL)
      SELECT user_id FROM heir ORDER BY n DESC LIMIT 1`;
    return heir?.user_id ?? user_id;
  }

  /** Inserts a new, empty account whose first period starts now. Returns false when the account exists already. */
  async insert(tx: Tx, user_id: string, tier: string, periodMs: number): Promise<boolean> {
    const inserted = await tx.$executeRaw`
      INSERT INTO user_credits (user_id, balance, tier, reset_date, due_at)
      SELECT ${user_id}, 0, ${tier}, first_reset, first_reset
      FROM (SELECT clock_timestamp() + ${periodMs} * interval '1 millisecond' AS first_reset) AS period
      ON CONFLICT (user_id) DO NOTHING`;
    if (inserted === 1)
      await writeEvents(tx, [{ user_id, type: 'account.provisioned', object: { ...NEVER_CLOSED, tier } }]);
    return inserted === 1;
  }

  /**
   * Locks the account until the transaction ends and returns it with its live grants; null when it does not exist.
   * `now` is the time of an earlier lock in the same transaction; the account then uses that time.
   */
  async lock(tx: Tx, user_id: string, now?: Date): Promise<Account | null> {
    // the clock is read outside the CTE, so after the wait for the lock
    const [row] = await tx.$queryRaw<(user_credits & { now: Date })[]>`
      WITH locked AS MATERIALIZED (SELECT * FROM user_credits WHERE user_id = ${user_id} FOR UPDATE)
      SELECT *, clock_timestamp() AS now FROM locked`;
    if (!row) return null;
    const grants = await tx.credit_grants.findMany({ where: { user_id, remaining: { gt: 0 } } });
    const live = grants.map((grant) => toGrant(wire(grant)));
    const at = now ?? row.now;
    const state = readState(wire(row));
    const book = new BudgetBook(row.has_budgets ? await lockedBudgets(tx, user_id) : [], at);
    await this.windows.turn(book, at, state, tx);
    return new Account(user_id, { ...state, has_budgets: book.isInForce }, live, at, book);
  }

  /** Locks the accounts that exist until the transaction ends, in the same order as batches. */
  async lockAll(tx: Tx, user_ids: string[]): Promise<void> {
    await tx.$executeRaw`
      SELECT FROM user_credits WHERE user_id = ANY (${user_ids}::text[]) ORDER BY user_id FOR UPDATE`;
  }

  /** Whether an account with this id was erased. Known as long as the key used at that time is in the key ring. */
  async wasErased(tx: Tx, user_id: string): Promise<boolean> {
    const fingerprints = this.ring.fingerprints(user_id);
    if (fingerprints.length === 0) return false;
    return (await tx.account_erasures.count({ where: { fingerprint: { in: fingerprints } } })) > 0;
  }

  /** Whether the account ever received trial credits, directly or by a move. */
  async hadTrial(tx: Tx, user_id: string): Promise<boolean> {
    const [row] = await tx.$queryRaw<{ had: boolean }[]>`
      SELECT EXISTS (SELECT FROM credit_transactions WHERE user_id = ${user_id}
        AND transaction_type IN ('purchase', 'adjustment') AND metadata->>'source' IN ('trial_signup', 'trial')) AS had`;
    return row?.had === true;
  }

  /** Dates an account back to the creation of the one it replaces, so that it does not count as new. */
  async inheritAge(tx: Tx, from: string, to: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE user_credits SET created_at = LEAST(created_at, (SELECT created_at FROM user_credits WHERE user_id = ${from}))
      WHERE user_id = ${to}`;
  }

  /** Dates an account back to its creation in the system it was imported from. */
  async backdate(tx: Tx, user_id: string, created_at: Date): Promise<void> {
    await tx.$executeRaw`
      UPDATE user_credits SET created_at = LEAST(created_at, ${created_at}) WHERE user_id = ${user_id}`;
  }

  /** Returns the row of an account that is known to exist. */
  async get(tx: Tx, user_id: string): Promise<UserCreditsRow> {
    return wire(await tx.user_credits.findUniqueOrThrow({ where: { user_id } }));
  }

  /** Stores a locked account as of its lock. Returns its new lines in the order in which they were booked. */
  async save(tx: Tx, account: Account): Promise<SavedAccount> {
    const { state: s, user_id, budgets } = account;
    budgets.turnCalendar(s); // the period of the plan can have changed
    account.dueBy(budgets.recoversAt);
    noteCreditLevel(s);
    const [stored] = await tx.$queryRaw<(user_credits & { at: string })[]>`
      UPDATE user_credits SET
        balance = ${amount(s.balance)}::numeric, held = ${amount(s.held)}::numeric, debt = ${amount(s.debt)}::numeric,
        capped = ${amount(s.capped)}::numeric, plan_used = ${amount(s.plan_used)}::numeric,
        used_this_period = ${amount(min(s.used_this_period, AMOUNT_LIMIT - 1n))}::numeric,
        allocated_monthly = ${amount(s.allocated_monthly)}::numeric,
        bonus_credits = ${amount(min(s.bonus_credits, AMOUNT_LIMIT - 1n))}::numeric, free_tier_used = ${amount(min(s.free_tier_used, AMOUNT_LIMIT - 1n))}::numeric,
        monthly_cap = ${s.monthly_cap === null ? null : amount(s.monthly_cap)}::numeric,
        monthly_cap_is_set = ${s.monthly_cap_is_set}, tier = ${s.tier}, next_tier = ${s.next_tier},
        period_start = ${s.period_start}, reset_date = ${s.reset_date}, due_at = ${s.due_at},
        paid_until = ${s.paid_until}, calls_per_day = ${s.calls_per_day}::int,
        next_terms = ${s.next_terms === null ? null : json(s.next_terms)}::jsonb,
        calls_per_month = ${s.calls_per_month}::int, calls_today = ${s.calls_today},
        free_calls_per_day = ${s.free_calls_per_day}::int, free_calls_today = ${s.free_calls_today},
        calls_this_period = ${s.calls_this_period}, calls_reset_at = ${s.calls_reset_at},
        status = ${s.status}::account_status, status_reason = ${s.status_reason}::text,
        status_changed_at = ${s.status_changed_at}, moved_to = ${s.moved_to}::text, has_budgets = ${s.has_budgets},
        credit_level = ${s.credit_level}::credit_level, alert_below = ${amount(s.alert_below)}::numeric,
        low_balance_threshold = ${s.low_balance_threshold === null ? null : amount(s.low_balance_threshold)}::numeric,
        last_updated = GREATEST(${account.now}, last_updated + interval '1 microsecond')
      WHERE user_id = ${user_id}
      RETURNING *, last_updated::text AS at`;
    if (!stored) throw new Error(`account ${user_id} vanished under its lock`);
    const { at, ...row } = stored;
    const lines = await insertLines(tx, account, at);
    await saveGrants(tx, account, lines, at);
    await saveBudgets(tx, user_id, budgets, account.now);
    await writeEvents(tx, eventsOf(account, lines));
    account.stored = standingOf(s);
    return { account: wire(row), lines };
  }
}

/** Converts a stored grant for the rules. Timestamps can be strings, from JSON. */
export function toGrant(row: Wire<credit_grants>): Grant {
  const { id, source, priority, transaction_id, expires_at } = row;
  return {
    id,
    source,
    priority,
    transaction_id,
    line: null,
    amount: units(row.amount),
    remaining: units(row.remaining),
    effective_at: new Date(row.effective_at),
    expires_at: expires_at && new Date(expires_at),
    created_at: new Date(row.created_at),
  };
}

/** Converts a row to the state that the rules work on, with amounts in units. */
export function readState(row: UserCreditsRow): AccountState {
  return {
    ...row,
    balance: units(row.balance),
    held: units(row.held),
    debt: units(row.debt),
    capped: units(row.capped),
    plan_used: units(row.plan_used),
    used_this_period: units(row.used_this_period),
    allocated_monthly: units(row.allocated_monthly),
    bonus_credits: units(row.bonus_credits),
    free_tier_used: units(row.free_tier_used),
    alert_below: units(row.alert_below),
    low_balance_threshold: row.low_balance_threshold === null ? null : units(row.low_balance_threshold),
    monthly_cap: row.monthly_cap === null ? null : units(row.monthly_cap),
    next_terms: row.next_terms as TierTerms | null,
  };
}
