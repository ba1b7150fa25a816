import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { Account } from '../../../src/credits/accounts/account.js';
import { sumRemaining } from '../../../src/credits/grants/grant.js';
import { restart } from '../../../src/credits/grants/period.js';
import type { Refusal } from '../../../src/credits/accounts/refusal.js';
import type { grant_source } from '../../../src/generated/prisma/enums.js';
import { Ledger } from './account-ledger.js';
import { MoneyModel } from './model.js';

/** Start time of the model. */
export const START = Date.UTC(2027, 0, 1);
const HOUR = 3_600_000;
/** All sources of grants. */
export const SOURCES = ['trial', 'plan', 'bonus', 'coupon', 'referral', 'refund', 'adjustment', 'purchase'] as const;

/** The operations on an account. */
export type Op =
  | { op: 'deduct' | 'settle'; amount: number }
  | { op: 'hold'; amount: number; ttl: number }
  | { op: 'capture'; pick: number; amount: number }
  | { op: 'release'; pick: number }
  | { op: 'grant'; source: grant_source; amount: number; life: number | null }
  | { op: 'cap'; cap: number | null }
  | { op: 'correct'; more: number }
  | { op: 'wait'; hours: number }
  | { op: 'read' | 'reset' };

const amounts = fc.integer({ min: 1, max: 400 });
/** An arbitrary operation. */
export const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ op: fc.constant('deduct' as const), amount: amounts }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('settle' as const), amount: amounts }) },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('hold' as const), amount: amounts, ttl: fc.integer({ min: 1, max: 48 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('capture' as const),
      pick: fc.nat(9),
      amount: fc.integer({ min: 0, max: 500 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('release' as const), pick: fc.nat(9) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('grant' as const),
      source: fc.constantFrom(...SOURCES),
      amount: amounts,
      life: fc.option(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1000 }))),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('cap' as const), cap: fc.option(fc.integer({ min: 0, max: 500 })) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant('correct' as const), more: fc.integer({ min: -300, max: 300 }) }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 1600 }) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('read' as const, 'reset' as const) }) },
);

/** Arbitrary terms of a plan. */
export const tier = fc.record({
  credits: fc.integer({ min: 0, max: 300 }),
  cap: fc.option(fc.integer({ min: 0, max: 300 })),
  rollover: fc.integer({ min: 0, max: 200 }),
  renews: fc.boolean(),
});

/** The account and its model, which must agree after every step. */
export class Pair {
  readonly model: MoneyModel;
  readonly real: Ledger;
  private holdIds = 0;

  constructor(terms: { credits: number; cap: number | null; rollover: number; renews: boolean }) {
    this.model = new MoneyModel(terms, START);
    this.real = new Ledger(this.model, new Date(START));
  }

  run(step: Op): void {
    this.model.advance(this.model.now);
    this.apply(step);
    this.compare();
  }

  /** Accesses the account after some hours. */
  look(hours: number): void {
    this.apply({ op: 'wait', hours });
  }

  /** Returns the totals of the account. */
  worth(): object {
    const { state, grants } = this.real.settled();
    const { balance, held, debt, used_this_period, plan_used, capped, reset_date } = state;
    return { balance, held, debt, used_this_period, plan_used, capped, reset_date, grants: bySourceAndExpiry(grants) };
  }

  private apply(step: Op): void {
    const { model, real } = this;
    switch (step.op) {
      case 'deduct':
        this.judged(model.deduct(step.amount), (account) => account.deduct(BigInt(step.amount), {}));
        return;
      case 'settle':
        model.settle(step.amount);
        real.step((account) => account.settle(BigInt(step.amount), {}), { withGrants: false });
        return;
      case 'hold':
        this.hold(step.amount, model.now + step.ttl * HOUR);
        return;
      case 'capture':
        this.resolve(step.pick, step.amount);
        return;
      case 'release':
        this.resolve(step.pick, null);
        return;
      case 'grant':
        this.grant(step);
        return;
      case 'cap':
        model.setCap(step.cap);
        real.step((account) => account.setCap(step.cap === null ? null : BigInt(step.cap), true), {
          withGrants: true,
        });
        return;
      case 'correct':
        this.correct(step.more);
        return;
      case 'wait':
        model.advance(model.now + step.hours * HOUR);
        real.now = new Date(model.now);
        real.step(() => undefined, { withGrants: true });
        return;
      case 'read':
        real.step((account) => account.settleBurns(), { withGrants: true });
        return;
      case 'reset':
        model.restart();
        real.step((account) => restart(account, real.terms), { withGrants: true });
        return;
    }
  }

  private judged(expected: string | null, work: (account: Account) => Refusal | null): void {
    const refusal = this.real.step(work, { withGrants: false });
    expect(refusal?.code ?? null).toBe(expected);
  }

  private hold(amount: number, expires: number): void {
    const id = this.holdIds++;
    const verdict = this.model.hold(id, amount, expires);
    this.judged(verdict, (account) => account.hold(BigInt(amount), new Date(expires)));
    if (verdict === null) this.real.holds.set(id, { size: BigInt(amount), expires: new Date(expires) });
  }

  private resolve(pick: number, amount: number | null): void {
    const { model, real } = this;
    const ids = [...model.holds.keys()];
    const id = ids[pick % Math.max(1, ids.length)];
    if (id === undefined) {
      real.step(() => undefined, { withGrants: false });
      return;
    }
    const hold = real.holds.get(id);
    if (!hold) throw new Error(`the account has not the hold ${id} that it should have`);
    if (amount === null) model.release(id);
    else model.capture(id, amount);
    real.step(
      (account) => {
        if (amount === null) account.release(hold.size);
        else account.capture(hold.size, BigInt(amount), {});
        real.holds.delete(id);
      },
      { withGrants: false },
    );
  }

  private grant({ source, amount, life }: { source: grant_source; amount: number; life: number | null }): void {
    const expires = life === null ? null : this.model.now + life * HOUR;
    this.model.grant(source, amount, expires);
    const expires_at = expires === null ? null : new Date(expires);
    this.real.step((account) => account.grant({ source, amount: BigInt(amount), expires_at }, {}), {
      withGrants: true,
    });
  }

  /** Corrects a charge: an additional cost is settled like any finished work; a reduction is granted. */
  private correct(more: number): void {
    const { model, real } = this;
    const used = model.used;
    if (more > 0) model.settle(more);
    if (more < 0) model.grant('adjustment', -more, null);
    model.used = Math.max(0, used + more);
    real.step((account) => account.correct(BigInt(more), {}), { withGrants: true });
  }

  private compare(): void {
    const { model, real } = this;
    const { state } = real;
    const settled = real.settled();
    expect(state).toMatchObject({
      balance: BigInt(model.total),
      held: BigInt(model.held),
      debt: BigInt(model.debt),
      used_this_period: BigInt(model.used),
      reset_date: new Date(model.reset),
    });
    expect(real.booked).toBe(state.balance - state.debt);
    expect(real.lastBalanceAfter).toBe(real.booked);
    expect(state.held <= state.balance).toBe(true);
    if (state.debt > 0n) expect(state.balance).toBe(state.held);
    expect(state.due_at <= state.reset_date).toBe(true);
    expect(sumRemaining(settled.grants)).toBe(state.balance);
    expect(bySourceAndExpiry(settled.grants)).toEqual(
      bySourceAndExpiry(
        model.grants.map(({ source, left, expires }) => ({ source, remaining: BigInt(left), expires_at: expires })),
      ),
    );
    expect(settled.state.plan_used).toBe(BigInt(model.planUsed));
    // the locked credits are the same whether or not the grants were loaded in between
    expect(state.capped).toBe(settled.state.capped);
    expect(state.capped).toBe(BigInt(model.locked));
  }
}

function bySourceAndExpiry(
  grants: { source: string; remaining: bigint; expires_at: Date | number | null }[],
): [string, bigint][] {
  const sums = new Map<string, bigint>();
  for (const { source, remaining, expires_at } of grants) {
    const key = `${source} ${expires_at === null ? 'never' : String(Number(expires_at))}`;
    if (remaining > 0n) sums.set(key, (sums.get(key) ?? 0n) + remaining);
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}
