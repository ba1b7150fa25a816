import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { attributionBy } from '../platform/attribution.js';
import { assertKeyAllows, workFault } from '../platform/key-limits.js';
import type { Replayable } from '../platform/replayable.js';
import { amount, units } from '../platform/values/amount.js';
import { balanceView } from './accounts/accounts.service.js';
import type {
  AllocateBody,
  BonusBody,
  CapBody,
  CostBreakdownBody,
  DeductBody,
  DeductRecord,
  RefundBody,
  ResetBody,
} from './credits.dto.js';
import { accountResult, CreditsService } from './credits.service.js';
import type { BalanceView, CostBreakdown, MovementView } from './credits.views.js';
import { bookedSource } from './grants/given-source.js';
import { idempotencyKey } from './posting/idempotency.js';
import { lineDetails } from './posting/posting.js';
import type { Posted } from './posting/decision.js';
import { type Charge, PostingEngine } from './posting/posting.engine.js';

/**
 * Changes of credits as callers order them, in HTTP and in commands: reads the body, ties the idempotency key to it, and
 * returns the account with the booked ledger line. {@link CreditsService} and {@link PostingEngine} name the errors.
 */
@Injectable()
export class CreditOrders {
  constructor(
    private readonly credits: CreditsService,
    private readonly engine: PostingEngine,
  ) {}

  /** Adds credits from a source. Debt is paid first. */
  async allocate(actor: Actor, body: AllocateBody, key: string | undefined): Promise<Replayable<MovementView>> {
    const { user_id, reason, expires_at } = body;
    const { source, kept } = bookedSource(body.source);
    const metadata = { ...body.metadata, ...kept, ...(reason !== undefined && { reason }) };
    const details = { description: `Allocated (${body.source})`, metadata };
    const order = { user_id, source, expires_at, details, amount: units(body.amount) };
    const booked = { ...order, key: idempotencyKey(key, actor, 'allocate', body) };
    return movement(await this.credits.grant(actor, 'credit.allocate', booked));
  }

  /** Grants bonus credits in addition to the plan. */
  async bonus(actor: Actor, body: BonusBody, key: string | undefined): Promise<Replayable<MovementView>> {
    const { user_id, reason, expires_at } = body;
    const details = { description: reason, metadata: { ...body.metadata, reason } };
    const order = { user_id, source: 'bonus' as const, expires_at, details, amount: units(body.amount) };
    const booked = { ...order, key: idempotencyKey(key, actor, 'bonus', body) };
    return movement(await this.credits.grant(actor, 'credit.bonus', booked));
  }

  /** Charges for work that is about to be done. */
  async deduct(actor: Actor, body: DeductBody, key: string | undefined): Promise<Replayable<MovementView>> {
    return movement(await this.engine.deduct(actor, chargeOf(actor, body, key)));
  }

  /**
   * Charges for many pieces of work, each of which is accepted, refused or replayed as if it had been the only one, in
   * the given order for each account. Errors among the records are passed through.
   */
  async deductAll(actor: Actor, records: readonly (DeductRecord | Error)[]): Promise<(Posted | Error)[]> {
    const charges = records.map((record) => chargeOfRecord(actor, record));
    const fine = charges.filter((charge): charge is Charge => !(charge instanceof Error));
    const ends = (await this.engine.deductAll(actor, fine)).values();
    return charges.map((charge) => (charge instanceof Error ? charge : (ends.next().value as Posted | Error)));
  }

  /** Refunds credits: with `transaction_id`, at most what is left of that charge. */
  async refund(actor: Actor, body: RefundBody, key: string | undefined): Promise<Replayable<MovementView>> {
    const order = { ...body, transaction_id: body.transaction_id ?? undefined, amount: units(body.amount) };
    return movement(await this.credits.refund(actor, { ...order, key: idempotencyKey(key, actor, 'refund', body) }));
  }

  /** Starts a new period now. */
  async reset(actor: Actor, body: ResetBody, key: string | undefined): Promise<Replayable<BalanceView>> {
    const { user_id, new_tier } = body;
    return accountResult(await this.credits.reset(actor, user_id, new_tier, idempotencyKey(key, actor, 'reset', body)));
  }

  /** Sets the monthly cap; null means unlimited, and without it the cap follows the tier. */
  async setCap(actor: Actor, body: CapBody, key: string | undefined): Promise<Replayable<BalanceView>> {
    const { user_id, monthly_cap } = body;
    return accountResult(
      await this.credits.setCap(actor, user_id, monthly_cap, idempotencyKey(key, actor, 'cap', body)),
    );
  }
}

function chargeOfRecord(actor: Actor, record: DeductRecord | Error): Charge | Error {
  if (record instanceof Error) return record;
  const { idempotency_key, ...body } = record;
  return workFault(actor, body) ?? chargeOf(actor, body, idempotency_key);
}

function chargeOf(actor: Actor, body: DeductBody, key: string | undefined): Charge {
  const { service, model } = body;
  assertKeyAllows(actor, { service, model });
  const charged = { ...body, cost_breakdown: wholeBreakdown(body.cost_breakdown) };
  const details = lineDetails(charged, attributionBy(actor, body.tags));
  const charge = { user_id: body.user_id, amount: units(body.amount), details };
  return { ...charge, key: idempotencyKey(key, actor, 'deduct', body) };
}

/** Returns the cost breakdown with its total, which defaults to the sum. */
function wholeBreakdown(given: CostBreakdownBody | undefined): CostBreakdown | undefined {
  if (!given) return undefined;
  const { provider_cost, markup, total = amount(units(provider_cost) + units(markup)) } = given;
  return { provider_cost, markup, total };
}

/** Returns the account with the ledger line. A replay has the original line. */
function movement({ account, line, replayed }: Posted): Replayable<MovementView> {
  const { id: transaction_id, amount: booked, balance_after } = line;
  return { result: { ...balanceView(account), transaction_id, amount: booked, balance_after }, replayed };
}
