import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { CreditHoldRow, UserCreditsRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { amount, type Units, units } from '../platform/amount.js';
import type { Tx } from '../platform/database.js';
import { DomainError } from '../platform/errors.js';
import type { Account, LineDetails } from './account.js';
import { AccountBook } from './account-book.js';
import { AccountsRepository, type StoredLine } from './accounts.repository.js';
import { HoldsRepository } from './holds.repository.js';
import { type IdempotencyKey, IdempotencyRepository } from './idempotency.js';
import { type Charge, LedgerRepository } from './ledger.repository.js';
import { type Refusal, refusalError } from './refusal.js';

/** What a posting did: the account afterwards and the ledger line it booked, or booked the first time. */
export interface Posted {
  account: UserCreditsRow;
  line: StoredLine;
  replayed: boolean;
}

/** What happened to a hold. */
export interface HoldPosted {
  hold: CreditHoldRow;
  replayed: boolean;
}

/** A refusal is a value inside the transaction: what was booked before it, and its audit entry, stay. */
interface Refused {
  refused: DomainError;
}

/** Credits to set aside. */
export interface HoldOrder {
  user_id: string;
  amount: Units;
  ttl_s: number;
  service: string;
  model: string | null;
  metadata: Record<string, unknown>;
  key: IdempotencyKey | undefined;
}

/** A hold to resolve. */
export interface HoldRef {
  user_id: string;
  id: string;
  key: IdempotencyKey | undefined;
}

/**
 * The one door through which charges and holds are posted. Each is accepted, refused or replayed by the database in
 * one atomic step, in the order in which the account's lock is granted.
 */
@Injectable()
export class PostingEngine {
  constructor(
    private readonly book: AccountBook,
    private readonly accounts: AccountsRepository,
    private readonly ledger: LedgerRepository,
    private readonly holds: HoldsRepository,
    private readonly keys: IdempotencyRepository,
    private readonly audit: AuditRepository,
  ) {}

  /**
   * Charges work about to be done.
   * @throws DomainError 402 when it does not fit, with no effect; `idempotency_conflict`
   */
  async deduct(actor: Actor, charge: Charge): Promise<Posted> {
    const posted = await this.ledger.deduct(charge, actor);
    if (posted) return { ...posted, replayed: false };
    return this.postLocked(actor, charge, (account) => account.deduct(charge.amount, charge.details));
  }

  /** Charges work already done: always booked, what the balance can't pay becomes debt. */
  settle(actor: Actor, charge: Charge): Promise<Posted> {
    return this.postLocked(actor, charge, (account) => {
      account.settle(charge.amount, charge.details);
      return null;
    });
  }

  /**
   * Sets credits aside.
   * @throws DomainError 402 when they do not fit, with no effect; `idempotency_conflict`
   */
  async hold(actor: Actor, order: HoldOrder): Promise<HoldPosted> {
    const { user_id, key, ttl_s, amount: size, ...rest } = order;
    const outcome = await this.book.locked(actor, user_id, async (account, tx): Promise<HoldPosted | Refused> => {
      const known = await this.keys.find(tx, user_id, key);
      if (known) return { hold: await this.recordedHold(tx, user_id, known.resource_id), replayed: true };
      const expires_at = new Date(account.now.getTime() + ttl_s * 1000);
      const refusal = account.hold(size, expires_at);
      if (refusal) return { refused: refusalError(refusal, account.state) };
      await this.accounts.save(tx, account, actor);
      const { service, model } = rest;
      const metadata = rest.metadata as object;
      const created = { created_at: account.now, actor: actor.user_id, expires_at };
      const hold = await this.holds.create(tx, { user_id, amount: amount(size), service, model, metadata, ...created });
      await this.keys.record(tx, user_id, key, hold.id);
      return { hold, replayed: false };
    });
    if ('refused' in outcome) throw outcome.refused;
    return outcome;
  }

  /**
   * Charges a hold with `charged` credits; the rest returns, an excess is settled as its own line.
   * @throws NotFound; DomainError `hold_already_resolved`
   */
  capture(actor: Actor, ref: HoldRef, charged: Units): Promise<HoldPosted> {
    return this.resolve(actor, ref, async (account, hold, tx) => {
      const { service, metadata } = hold;
      const details = { service, model: hold.model, hold_id: hold.id, description: describe(hold), metadata };
      account.capture(units(hold.amount), charged, details);
      return this.holds.resolve(tx, hold, 'captured', account.now, charged);
    });
  }

  /**
   * Returns a hold's credits.
   * @throws NotFound; DomainError `hold_already_resolved`
   */
  release(actor: Actor, ref: HoldRef): Promise<HoldPosted> {
    return this.resolve(actor, ref, async (account, hold, tx) => {
      account.release(units(hold.amount));
      return this.holds.resolve(tx, hold, 'released', account.now);
    });
  }

  /**
   * Lets an active hold live for `ttl_s` seconds from now; never shortens it.
   * @throws NotFound; DomainError `hold_already_resolved`
   */
  extend(actor: Actor, ref: HoldRef, ttl_s: number): Promise<HoldPosted> {
    return this.resolve(actor, ref, async (account, hold, tx) => {
      const until = new Date(account.now.getTime() + ttl_s * 1000);
      return until > hold.expires_at ? this.holds.extend(tx, hold, until) : hold;
    });
  }

  private async postLocked(actor: Actor, charge: Charge, decide: (account: Account) => Refusal | null): Promise<Posted> {
    const { user_id, key } = charge;
    const outcome = await this.book.locked(actor, user_id, async (account, tx): Promise<Posted | Refused> => {
      const known = await this.keys.find(tx, user_id, key);
      if (known) return { ...(await this.recordedLine(tx, user_id, known.resource_id)), replayed: true };
      const refusal = decide(account);
      if (refusal) {
        await this.recordRefusal(tx, actor, charge, refusal);
        return { refused: refusalError(refusal, account.state) };
      }
      const saved = await this.accounts.save(tx, account, actor);
      const line = saved.lines.at(-1) as StoredLine;
      await this.keys.record(tx, user_id, key, line.id);
      return { account: saved.account, line, replayed: false };
    });
    if ('refused' in outcome) throw outcome.refused;
    return outcome;
  }

  private resolve(
    actor: Actor,
    ref: HoldRef,
    decide: (account: Account, hold: CreditHoldRow, tx: Tx) => Promise<CreditHoldRow>,
  ): Promise<HoldPosted> {
    const { user_id, id, key } = ref;
    return this.book.locked(actor, user_id, async (account, tx) => {
      const hold = await this.holds.getLocked(tx, user_id, id);
      if (await this.keys.find(tx, user_id, key)) return { hold, replayed: true };
      if (hold.status !== 'active') throw alreadyResolved(hold);
      const resolved = await decide(account, hold, tx);
      await this.accounts.save(tx, account, actor);
      await this.keys.record(tx, user_id, key, id);
      return { hold: resolved, replayed: false };
    });
  }

  private async recordedLine(tx: Tx, user_id: string, id: string | null): Promise<{ account: UserCreditsRow; line: StoredLine }> {
    return { account: await this.accounts.get(tx, user_id), line: await this.ledger.get(user_id, id ?? '', tx) };
  }

  private recordedHold(tx: Tx, user_id: string, id: string | null): Promise<CreditHoldRow> {
    return this.holds.getLocked(tx, user_id, id ?? '');
  }

  private recordRefusal(tx: Tx, actor: Actor, charge: Charge, refusal: Refusal): Promise<void> {
    const { code, required, available } = refusal;
    const metadata = { code, required: amount(required), available: amount(available), service: charge.details.service };
    return this.audit.record(tx, actor, {
      user_id: charge.user_id,
      action: 'credit.deduct_failed',
      result: 'failure',
      resource_type: 'user_credits',
      resource_id: charge.user_id,
      metadata,
    });
  }
}

/** A line's sentence for people: what was used. */
export function describe(work: { service: string; model: string | null | undefined }): string {
  return work.model ? `${work.service}: ${work.model}` : work.service;
}

/** What lines of a charge say. */
export function chargeDetails(order: {
  service: string;
  model?: string | null | undefined;
  cost_breakdown?: object | null | undefined;
  metadata?: Record<string, unknown> | undefined;
}): LineDetails {
  const { service, model, cost_breakdown, metadata } = order;
  return { service, model, cost_breakdown, metadata, description: describe({ service, model }) };
}

function alreadyResolved(hold: CreditHoldRow): DomainError {
  const at = hold.resolved_at?.toISOString() ?? 'before';
  return new DomainError('conflict', 'hold_already_resolved', `The hold was ${hold.status} at ${at}; a hold resolves once.`, {
    status_of_hold: hold.status,
  });
}
