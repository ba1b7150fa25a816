import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Ledger } from '../../../test/support/model/account-ledger.js';
import { type Op, op, Pair, SOURCES, START, tier } from '../../../test/support/model/account-steps.js';
import { MoneyModel } from '../../../test/support/model/model.js';
import { isPlan } from '../grants/grant.js';

describe('an account', () => {
  it('agrees with the model after any sequence of operations', () => {
    fc.assert(
      fc.property(tier, fc.array(op, { maxLength: 60 }), (terms, steps) => {
        const pair = new Pair(terms);
        for (const step of steps) pair.run(step);
      }),
      { numRuns: 120 },
    );
  });

  it('burns plan credits beyond the cap only for finished work, unless the cap is lowered', () => {
    const harmless = fc
      .array(op, { maxLength: 60 })
      .map((steps) => steps.filter((step) => step.op !== 'cap' && step.op !== 'settle' && step.op !== 'correct'));
    fc.assert(
      fc.property(tier, harmless, (terms, steps) => {
        const pair = new Pair(terms);
        for (const step of steps) pair.run(step.op === 'capture' ? { ...step, amount: 0 } : step);
        expect(pair.model.beyondCap).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('is not charged by a refused deduction', () => {
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
      { numRuns: 60 },
    );
  });

  it('keeps uncapped credits that back a hold, even when they expire', () => {
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

  it('lapses plan credits that expired before the end of the period, even without an access in between', () => {
    for (const looks of [[2, 718], [720]]) {
      const pair = new Pair({ credits: 1, cap: null, rollover: 5, renews: true });
      pair.run({ op: 'grant', source: 'trial', amount: 3, life: 1 });
      for (const hours of looks) pair.run({ op: 'wait', hours });
      expect(pair.real.state.balance).toBe(1n);
    }
  });

  it('pays debt from a released hold before a later grant pays it', () => {
    const pair = new Pair({ credits: 10, cap: null, rollover: 0, renews: true });
    const steps: Op[] = [
      { op: 'grant', source: 'purchase', amount: 10, life: null },
      { op: 'hold', amount: 10, ttl: 40 },
      { op: 'settle', amount: 10 },
      { op: 'wait', hours: 720 },
    ];
    for (const step of steps) pair.run(step);
    expect(pair.real.state).toMatchObject({ balance: 10n, debt: 0n });
    expect(pair.real.settled().grants.filter((grant) => grant.remaining > 0n)).toMatchObject([{ source: 'plan' }]);
  });

  it('pays debt from what a captured hold sets free', () => {
    const pair = new Pair({ credits: 0, cap: null, rollover: 0, renews: false });
    const steps: Op[] = [
      { op: 'grant', source: 'purchase', amount: 10, life: null },
      { op: 'hold', amount: 6, ttl: 40 },
      { op: 'settle', amount: 10 },
      { op: 'capture', pick: 0, amount: 1 },
    ];
    for (const step of steps) pair.run(step);
    expect(pair.real.state).toMatchObject({ balance: 0n, held: 0n, debt: 1n });
  });

  it('has the same result whether it is accessed every hour or only after a month', () => {
    const waits = fc.record({ op: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 719 }) });
    const most = op.filter((step) => step.op !== 'wait');
    fc.assert(
      fc.property(
        tier,
        fc.array(fc.oneof({ weight: 4, arbitrary: most }, waits), { maxLength: 25 }),
        (terms, steps) => {
          const [lazy, eager] = [new Pair(terms), new Pair(terms)];
          for (const step of steps) {
            lazy.run(step);
            if (step.op !== 'wait') eager.run(step);
            else for (let hour = 0; hour < step.hours; hour += 1) eager.look(1);
            expect(eager.worth()).toEqual(lazy.worth());
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('does not keep old plan credits next to new ones when a hold outlives an early reset', () => {
    const pair = new Pair({ credits: 10, cap: null, rollover: 0, renews: true });
    pair.run({ op: 'reset' });
    pair.run({ op: 'hold', amount: 10, ttl: 48 });
    pair.run({ op: 'reset' });
    expect(pair.real.state.balance).toBe(20n);
    pair.run({ op: 'release', pick: 0 });
    pair.run({ op: 'wait', hours: 1 });
    expect(pair.real.state.balance).toBe(10n);
  });

  it('throws when grants are used that were not loaded', () => {
    const real = new Ledger(
      new MoneyModel({ credits: 0, cap: null, rollover: 0, renews: false }, START),
      new Date(START),
    );
    expect(() => real.step((account) => account.settleBurns(), { withGrants: false })).toThrow('without its grants');
  });

  it('owes nothing once another account has taken over its debt', () => {
    const account = new Ledger(
      new MoneyModel({ credits: 0, cap: null, rollover: 0, renews: false }, START),
      new Date(START),
    ).settled();
    account.forgive({});
    expect(account.lines).toEqual([]);
    account.owe(3n, {});
    account.forgive({});
    expect(account.state.debt).toBe(0n);
    expect(account.lines.map(({ amount, balance_after }) => [amount, balance_after])).toEqual([
      [-3n, -3n],
      [3n, 0n],
    ]);
  });

  it('counts only plan and trial credits as plan credits', () => {
    expect(SOURCES.filter((source) => isPlan({ source }))).toEqual(['trial', 'plan']);
  });
});
