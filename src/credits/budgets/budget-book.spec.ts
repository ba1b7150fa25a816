import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { units } from '../../platform/values/amount.js';
import { alertAt, type Budget, type BudgetedWork, headroom, isAbout, sizesOf, sourceOf } from './budget.js';
import { BudgetBook } from './budget-book.js';
import { runsOutAt } from './budget-view.js';

const NOW = new Date('2026-11-30T12:00:00Z');
const PERIOD = { period_start: null, reset_date: new Date('2026-12-30T00:00:00Z') };
const ACCOUNT = { api_key_id: null, member_id: null, service: null, model: null, tag: null };
const WORK: BudgetedWork = { api_key_id: 'k', member_id: 'm', tags: ['a', 'b'], service: 'llm', model: 'x' };

const budget = (more: Partial<Budget> = {}): Budget => ({
  id: 'b',
  user_id: 'u',
  scope: ACCOUNT,
  unit: 'credits',
  window: { kind: 'day', timezone: 'UTC', from: null, to: null },
  set_by: 'user',
  limit: units('10'),
  on_exceed: 'block',
  thresholds: [50, 80, 100],
  is_active: true,
  forecast: false,
  used: 0n,
  held: 0n,
  boost: 0n,
  boosted_until: null,
  window_start: new Date('2026-11-30T00:00:00Z'),
  resets_at: new Date('2026-12-01T00:00:00Z'),
  reported_threshold: 0,
  is_exceeded: false,
  ...more,
});
const credits = (text: string, calls = 1n, tokens = 0) => sizesOf(units(text), calls, tokens);

describe('a budget', () => {
  it.each([
    [{ api_key_id: 'k' }, { api_key_id: 'other' }, 'key'],
    [{ member_id: 'm' }, { member_id: 'other' }, 'member'],
    [{ service: 'llm' }, { service: 'tts' }, 'service'],
    [{ model: 'x' }, { model: 'X' }, 'model'],
    [{ tag: 'b' }, { tag: 'c' }, 'tag'],
  ])('is about the work that its scope names: %j, not %j', (own, other, source) => {
    expect(isAbout({ scope: { ...ACCOUNT, ...own } }, WORK)).toBe(true);
    expect(isAbout({ scope: { ...ACCOUNT, ...other } }, WORK)).toBe(false);
    expect(isAbout({ scope: ACCOUNT }, WORK)).toBe(true);
    expect(sourceOf(budget({ scope: { ...ACCOUNT, ...own } }))).toBe(source);
  });

  it('is of the account, the organization or the plan otherwise', () => {
    expect(sourceOf(budget())).toBe('account');
    expect(sourceOf(budget({ user_id: 'org_1' }))).toBe('organization');
    expect(sourceOf(budget({ set_by: 'plan' }))).toBe('plan');
  });

  it('knows the use at which its next event is due', () => {
    expect(alertAt(budget())).toBe(units('5'));
    expect(alertAt(budget({ reported_threshold: 100 }))).toBe(units('10') + 1n);
    expect(alertAt(budget({ reported_threshold: 100, is_exceeded: true }))).toBeNull();
    expect(alertAt(budget({ boost: units('2'), reported_threshold: 50 }))).toBe(units('9.6'));
  });

  it('predicts when it runs out, unless that is after its window', () => {
    expect(runsOutAt(budget({ used: units('8') }), NOW)).toEqual(new Date('2026-11-30T15:00:00Z'));
    expect(runsOutAt(budget({ used: units('4') }), NOW)).toBeNull();
    expect(runsOutAt(budget({ used: units('10') }), NOW)).toEqual(NOW);
    expect(runsOutAt(budget(), NOW)).toBeNull();
    expect(runsOutAt(budget({ used: units('9') }), new Date('2026-11-30T00:01:00Z'))).toBeNull();
  });
});

describe('the budgets of an account', () => {
  it('refuse what does not fit, naming the one that allows the least part of it', () => {
    const [wide, tight] = [budget({ id: 'wide' }), budget({ id: 'tight', unit: 'calls', limit: 0n })];
    const book = new BudgetBook([wide, tight], NOW);
    expect(book.refuse(WORK, credits('11'))?.budget.id).toBe('tight');
    expect(new BudgetBook([wide], NOW).refuse(WORK, credits('11'))?.budget.id).toBe('wide');
    expect(new BudgetBook([wide], NOW).refuse(WORK, credits('10'))).toBeNull();
    expect(new BudgetBook([budget({ on_exceed: 'warn' })], NOW).refuse(WORK, credits('11'))).toBeNull();
    expect(book.refuse(WORK, credits('0'))).toBeNull();
  });

  it('need a token to be left for work whose tokens are unknown', () => {
    const tokens = budget({ unit: 'tokens', limit: units('100'), used: units('99') });
    expect(new BudgetBook([tokens], NOW).refuse(WORK, credits('1'))).toBeNull();
    tokens.used = units('100');
    expect(new BudgetBook([tokens], NOW).refuse(WORK, credits('1'))).not.toBeNull();
  });

  it('begin a new window at its start, without boost, with what is held', () => {
    const old = budget({
      used: units('12'),
      held: units('1'),
      boost: units('1'),
      is_exceeded: true,
      reported_threshold: 100,
    });
    Object.assign(old, { window_start: new Date('2026-11-29T00:00:00Z'), resets_at: new Date('2026-11-30T00:00:00Z') });
    const book = new BudgetBook([old], NOW);
    book.turnCalendar(PERIOD);
    expect(old).toMatchObject({ used: 0n, boost: 0n, held: units('1'), reported_threshold: 0, is_exceeded: false });
    expect(old.resets_at).toEqual(new Date('2026-12-01T00:00:00Z'));
    expect(book.events.map(({ type }) => type)).toEqual(['budget.recovered']);
    expect(book.changed.size).toBe(1);
    const again = new BudgetBook([old], NOW);
    again.turnCalendar(PERIOD);
    expect(again.changed.size).toBe(0);
  });

  it('count the hour that the clock shows twice as two, and skip the one that it skips', () => {
    const hourly = budget({ window: { kind: 'hour', timezone: 'Europe/Berlin', from: null, to: null } });
    const usedAt = (time: string): bigint => {
      const book = new BudgetBook([hourly], new Date(time));
      book.turnCalendar(PERIOD);
      expect(book.refuse(WORK, credits('10'))).toBeNull();
      book.charge(WORK, credits('4'));
      book.charge(WORK, credits('6'));
      expect(book.refuse(WORK, credits('1'))?.code).toBe('budget_exceeded');
      return hourly.used;
    };
    // 25 October 2026, 02:30 in summer time, 02:30 again, 03:30; 28 March 2027, 01:30, 03:30
    const times = [
      '2026-10-25T00:30Z',
      '2026-10-25T01:30Z',
      '2026-10-25T02:30Z',
      '2027-03-28T00:30Z',
      '2027-03-28T01:30Z',
    ];
    for (const time of times) expect(usedAt(time)).toBe(units('10'));
  });

  it('end with their range', () => {
    const window = {
      kind: 'range' as const,
      timezone: 'UTC',
      from: new Date('2026-11-01'),
      to: new Date('2026-11-30'),
    };
    const over = budget({ window, window_start: window.from, resets_at: window.to });
    const book = new BudgetBook([over], NOW);
    book.turnCalendar(PERIOD);
    expect([over.is_active, book.isInForce]).toEqual([false, false]);
    const coming = budget({ window, window_start: new Date('2026-12-02'), used: units('10') });
    expect(new BudgetBook([coming], NOW).refuse(WORK, credits('1'))).toBeNull();
  });

  it('follow the period of the plan', () => {
    const window = { kind: 'period' as const, timezone: 'UTC', from: null, to: null };
    const own = budget({ window, window_start: new Date(0), resets_at: PERIOD.reset_date, used: units('3') });
    const reset_date = new Date('2027-01-09T00:00:00Z');
    new BudgetBook([own], NOW).turnCalendar({ period_start: null, reset_date });
    expect(own).toMatchObject({ used: units('3'), resets_at: reset_date });
    new BudgetBook([own], NOW).turnCalendar({ period_start: NOW, reset_date });
    expect(own).toMatchObject({ used: 0n, window_start: NOW });
  });

  it('never admit more than their limits, whatever is charged, held and given back', () => {
    const size = fc.integer({ min: 1, max: 60 }).map((n) => units(String(n)));
    const step = fc.record({ kind: fc.constantFrom('charge', 'hold', 'resolve', 'release'), size });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.array(size, { minLength: 1, maxLength: 3 }),
        (steps, limits) => {
          const budgets = limits.map((limit, n) => budget({ id: String(n), limit }));
          const book = new BudgetBook(budgets, NOW);
          const holds: bigint[] = [];
          let [used, held] = [0n, 0n];
          for (const { kind, size: amount } of steps) {
            const sizes = sizesOf(amount);
            if (kind === 'charge' || kind === 'hold') {
              const fits = limits.every((limit) => used + held + amount <= limit);
              expect(book.refuse(WORK, sizes) === null).toBe(fits);
              if (!fits) continue;
              if (kind === 'charge') used += amount;
              else held += amount;
              if (kind === 'charge') book.charge(WORK, sizes);
              else book.hold(WORK, sizes);
              if (kind === 'hold') holds.push(amount);
              continue;
            }
            const hold = holds.pop();
            if (hold === undefined) continue;
            held -= hold;
            book.release(WORK, sizesOf(hold));
            if (kind === 'resolve') used += hold;
            if (kind === 'resolve') book.charge(WORK, sizesOf(hold));
          }
          for (const own of budgets) {
            expect([own.used, own.held]).toEqual([used, held]);
            expect(headroom(own)).toBe(own.limit - used - held);
          }
        },
      ),
    );
  });

  it('report each threshold once per window, however the use grows', () => {
    const size = fc.integer({ min: 1, max: 6 }).map((n) => units(String(n)));
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 20 }), (sizes) => {
        const own = budget();
        const book = new BudgetBook([own], NOW);
        for (const amount of sizes) book.charge(WORK, sizesOf(amount));
        const told = book.events.flatMap(({ object }) => object.threshold ?? []);
        expect(told).toEqual([50, 80, 100].filter((percent) => own.used * 100n >= own.limit * BigInt(percent)));
        const exceeded = book.events.filter(({ type }) => type === 'budget.exceeded');
        expect(exceeded.length).toBe(own.used > own.limit ? 1 : 0);
      }),
    );
  });
});
