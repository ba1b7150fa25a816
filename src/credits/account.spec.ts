import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { grant_source } from '../generated/prisma/enums.js';
import { MODEL_PERIOD_MS, MoneyModel } from '../../test/support/model.js';
import { Account } from './account.js';
import type { AccountState } from './account-state.js';
import { isPlan, sumRemaining, type Grant } from './grant.js';
import { expireGrants, nextDue, renew, restart, type TierTerms } from './period.js';
import type { Refusal } from './refusal.js';

const START = Date.UTC(2027, 0, 1);
const HOUR = 3_600_000;
const SOURCES = ['trial', 'plan', 'bonus', 'coupon', 'referral', 'refund', 'adjustment', 'purchase'] as const;

const text = (units: number): string => `0.${String(units).padStart(10, '0')}`;

/** An account as the service keeps it: stored after every step, opened anew for the next one, due work booked first. */
class Ledger {
  state: AccountState;
  stored: Grant[] = [];
  booked = 0n;
  lastBalanceAfter = 0n;
  readonly holds = new Map<number, { size: bigint; expires: Date }>();
  readonly terms: TierTerms;
  private ids = 0;

  constructor(
    model: MoneyModel,
    public now: Date,
  ) {
    const { cap, credits, rollover, renews } = model.tier;
    const monthly_cap = cap === null ? null : text(cap);
    this.terms = {
      tier: 'plan',
      credits_monthly: text(credits),
      monthly_cap,
      rollover_max: text(rollover),
      renews,
      calls_per_day: null,
      free_calls_per_day: null,
      calls_per_month: null,
    };
    const reset_date = new Date(now.getTime() + MODEL_PERIOD_MS);
    this.state = {
      ...{ balance: 0n, held: 0n, debt: 0n, capped: 0n, plan_used: 0n, used_this_period: 0n, allocated_monthly: 0n },
      ...{
        bonus_credits: 0n,
        free_tier_used: 0n,
        monthly_cap: cap === null ? null : BigInt(cap),
        monthly_cap_is_set: false,
      },
      ...{ tier: 'plan', next_tier: null, reset_date, due_at: reset_date, paid_until: null },
      ...{ free_calls_per_day: null, free_calls_today: 0 },
      ...{ calls_per_day: null, calls_per_month: null, calls_today: 0, calls_this_period: 0, calls_reset_at: now },
    };
  }

  /** Charges are done without looking at the grants, as the fast path does. */
  step<T>(work: (account: Account) => T, { withGrants }: { withGrants: boolean }): T {
    if (this.open(true).isDue) this.bookDue();
    const account = this.open(withGrants);
    const result = work(account);
    this.store(account, withGrants);
    return result;
  }

  bookDue(): void {
    const account = this.open(true);
    const expired = [...this.holds].filter(([, hold]) => hold.expires <= this.now);
    for (const [id] of expired) this.holds.delete(id);
    account.release(expired.reduce((sum, [, hold]) => sum + hold.size, 0n));
    if (account.state.reset_date <= this.now) renew(account, this.terms, this.terms);
    expireGrants(account);
    const soonest = [...this.holds.values()].map((hold) => hold.expires.getTime());
    account.state.due_at = nextDue(account, soonest.length ? new Date(Math.min(...soonest)) : null);
    this.store(account, true);
  }

  /** Every burn attributed, on a copy. */
  settled(): Account {
    const account = new Account('u', structuredClone(this.state), structuredClone(this.stored), this.now);
    account.settleBurns();
    return account;
  }

  private open(withGrants: boolean): Account {
    const live = structuredClone(this.stored.filter((grant) => grant.remaining > 0n));
    return new Account('u', structuredClone(this.state), withGrants ? live : null, this.now);
  }

  private store(account: Account, withGrants: boolean): void {
    this.state = account.state;
    for (const line of account.lines) {
      this.booked += line.amount;
      this.lastBalanceAfter = line.balance_after;
      expect(line.balance_after).toBe(this.booked);
    }
    if (withGrants)
      this.stored = account.grants.map((grant) => ({ ...grant, id: grant.id ?? String(this.ids++), line: null }));
  }
}

type Op =
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
const op: fc.Arbitrary<Op> = fc.oneof(
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
const tier = fc.record({
  credits: fc.integer({ min: 0, max: 300 }),
  cap: fc.option(fc.integer({ min: 0, max: 300 })),
  rollover: fc.integer({ min: 0, max: 200 }),
  renews: fc.boolean(),
});

class Pair {
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

  private apply(step: Op): void {
    const { model, real } = this;
    switch (step.op) {
      case 'deduct': {
        this.judged(model.deduct(step.amount), (account) => account.deduct(BigInt(step.amount), {}));
        return;
      }
      case 'settle':
        model.settle(step.amount);
        {
          real.step((account) => account.settle(BigInt(step.amount), {}), { withGrants: false });
          return;
        }
      case 'hold': {
        this.hold(step.amount, model.now + step.ttl * HOUR);
        return;
      }
      case 'capture': {
        this.resolve(step.pick, step.amount);
        return;
      }
      case 'release': {
        this.resolve(step.pick, null);
        return;
      }
      case 'grant': {
        this.grant(step);
        return;
      }
      case 'cap':
        model.setCap(step.cap);
        {
          real.step((account) => account.setCap(step.cap === null ? null : BigInt(step.cap), true), {
            withGrants: true,
          });
          return;
        }
      case 'correct': {
        this.correct(step.more);
        return;
      }
      case 'wait':
        model.advance(model.now + step.hours * HOUR);
        real.now = new Date(model.now);
        {
          real.step(() => undefined, { withGrants: true });
          return;
        }
      case 'read': {
        real.step((account) => account.settleBurns(), { withGrants: true });
        return;
      }
      case 'reset':
        model.restart();
        {
          real.step((account) => restart(account, real.terms), { withGrants: true });
          return;
        }
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
    const ids = [...this.model.holds.keys()];
    const id = ids[pick % Math.max(1, ids.length)];
    const hold = id === undefined ? undefined : this.real.holds.get(id);
    if (id === undefined || !hold) return;
    if (amount === null) this.model.release(id);
    else this.model.capture(id, amount);
    this.real.step(
      (account) => {
        if (amount === null) account.release(hold.size);
        else account.capture(hold.size, BigInt(amount), {});
        this.real.holds.delete(id);
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

  /** Work that was charged too little is settled like any finished work; what was too much is granted. */
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
    // what the cap locks is the same whether or not somebody looked at the grants meanwhile
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

describe('an account', () => {
  it('does what the contract says, whatever happens to it in whatever order', () => {
    fc.assert(
      fc.property(tier, fc.array(op, { maxLength: 60 }), (terms, steps) => {
        const pair = new Pair(terms);
        for (const step of steps) pair.run(step);
      }),
      { numRuns: 400 },
    );
  });

  it('burns plan credits beyond the cap only for finished work, as long as nobody lowers the cap', () => {
    const harmless = fc
      .array(op, { maxLength: 60 })
      .map((steps) => steps.filter((step) => step.op !== 'cap' && step.op !== 'settle' && step.op !== 'correct'));
    fc.assert(
      fc.property(tier, harmless, (terms, steps) => {
        const pair = new Pair(terms);
        for (const step of steps) pair.run(step.op === 'capture' ? { ...step, amount: 0 } : step);
        expect(pair.model.beyondCap).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('never charges by a refused deduction', () => {
    fc.assert(
      fc.property(tier, fc.array(op, { maxLength: 30 }), fc.integer({ min: 1, max: 5000 }), (terms, steps, amount) => {
        const pair = new Pair(terms);
        for (const step of steps) pair.run(step);
        pair.run({ op: 'read' });
        const before = structuredClone(pair.real.state);
        const refusal = pair.real.step((account) => account.deduct(BigInt(amount), {}), { withGrants: false });
        if (refusal) expect({ ...pair.real.state, due_at: before.due_at }).toEqual(before);
        else expect(pair.real.state.balance).toBe(before.balance - BigInt(amount));
      }),
      { numRuns: 100 },
    );
  });

  it('keeps uncapped credits behind a hold, even when they expire', () => {
    const pair = new Pair({ credits: 10, cap: 5, rollover: 0, renews: true });
    const steps: Op[] = [
      { op: 'wait', hours: 720 },
      { op: 'grant', source: 'bonus', amount: 5, life: 1 },
      { op: 'hold', amount: 10, ttl: 48 },
      { op: 'wait', hours: 2 },
      { op: 'capture', pick: 0, amount: 10 },
    ];
    for (const step of steps) pair.run(step);
    expect(pair.real.settled().state).toMatchObject({ balance: 5n, plan_used: 5n, capped: 5n });
  });

  it('gives no old plan credits on top of new ones when a hold outlives an early reset', () => {
    const pair = new Pair({ credits: 10, cap: null, rollover: 0, renews: true });
    pair.run({ op: 'reset' });
    pair.run({ op: 'hold', amount: 10, ttl: 48 });
    pair.run({ op: 'reset' });
    expect(pair.real.state.balance).toBe(20n);
    pair.run({ op: 'release', pick: 0 });
    pair.run({ op: 'wait', hours: 1 });
    expect(pair.real.state.balance).toBe(10n);
  });

  it('refuses to work on grants that it was opened without', () => {
    const real = new Ledger(
      new MoneyModel({ credits: 0, cap: null, rollover: 0, renews: false }, START),
      new Date(START),
    );
    expect(() => real.step((account) => account.settleBurns(), { withGrants: false })).toThrow('without its grants');
  });

  it('counts only plan and trial credits as plan credits', () => {
    expect(SOURCES.filter((source) => isPlan({ source }))).toEqual(['trial', 'plan']);
  });
});
