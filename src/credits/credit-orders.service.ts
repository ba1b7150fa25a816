import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { attributionBy } from '../platform/attribution.js';
import { type Payer, type Payers, payingFor } from '../memberships/payers.js';
import { byFirst, othersAfter, PayersService } from '../memberships/payers.service.js';
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
    private readonly payers: PayersService,
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

  /** Charges the first payer that can pay for work that is about to be done. */
  async deduct(actor: Actor, body: DeductBody, key: string | undefined): Promise<Replayable<MovementView>> {
    const { payers, chargeTo } = await this.payable(actor, body, key);
    return movement(await byFirst(payers, (payer) => this.engine.deduct(actor, chargeTo(payer))));
  }

  /**
   * Charges for many pieces of work, each of which is accepted, refused or replayed as if it had been the only one, in
   * the given order for each account. Errors among the records are passed through.
   */
  async deductAll(actor: Actor, records: readonly (DeductRecord | Error)[]): Promise<(Posted | Error)[]> {
    const works = await Promise.all(records.map((record) => this.payableRecord(actor, record)));
    const charges = works.flatMap((work) => (work instanceof Error ? [] : [work.chargeTo(work.payers.all[0])]));
    const ends = (await this.engine.deductAll(actor, charges)).values();
    const all: (Posted | Error)[] = [];
    for (const work of works) {
      const end = work instanceof Error ? work : (ends.next().value as Posted | Error);
      const others = work instanceof Error ? null : othersAfter(work.payers, end);
      if (work instanceof Error || others === null) all.push(end);
      else all.push(await byFirst(others, (payer) => this.engine.deduct(actor, work.chargeTo(payer))).catch(asError));
    }
    return all;
  }

  /** Finds the payers of a charge. */
  private async payable(actor: Actor, body: DeductBody, key: string | undefined): Promise<Payable> {
    const { service, model } = body;
    assertKeyAllows(actor, { service, model });
    const payers = payingFor(await this.payers.of(actor, body.user_id, body.account), model ? [model] : []);
    return { payers, chargeTo: (payer) => chargeOf(actor, body, key, { payer, home: payers.home }) };
  }

  private async payableRecord(actor: Actor, record: DeductRecord | Error): Promise<Payable | Error> {
    if (record instanceof Error) return record;
    const { idempotency_key, ...body } = record;
    return workFault(actor, body) ?? this.payable(actor, body, idempotency_key).catch(asError);
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

/** A charge with its payers. */
interface Payable {
  payers: Payers;
  chargeTo: (payer: Payer) => Charge;
}

const asError = (error: unknown): Error => error as Error;

function chargeOf(
  actor: Actor,
  body: DeductBody,
  key: string | undefined,
  { payer: { user_id, member_id }, home }: { payer: Payer; home: string },
): Charge {
  const charged = { ...body, cost_breakdown: wholeBreakdown(body.cost_breakdown) };
  const details = lineDetails(charged, attributionBy(actor, body.tags, member_id ?? undefined));
  return { user_id, home, amount: units(body.amount), details, key: idempotencyKey(key, actor, 'deduct', body) };
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
