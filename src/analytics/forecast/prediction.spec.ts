import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { account, daysBefore, tally, TODAY } from '../../../test/support/analytics.js';
import { units } from '../../platform/values/amount.js';
import { addDays } from '../../platform/values/calendar.js';
import { growthOf } from './growth.js';
import { predict, type PredictionFacts } from './prediction.js';
import type { UsageTotals } from '../series/usage-totals.js';

const facts = (tallies: Map<string, UsageTotals>, given: Partial<PredictionFacts> = {}): PredictionFacts => ({
  today: TODAY,
  from: addDays(TODAY, -84),
  tallies,
  account: account(),
  renews: true,
  reset_day: '2026-12-06',
  ...given,
});
const steady = (cost: string, days = 60) =>
  daysBefore(days, () => tally({ events: 10, cost, tokens: 500, sessions: 2, seconds: units('90') }));

describe('a prediction', () => {
  it('is zero without data, with no confidence and an explanation', () => {
    expect(predict(facts(new Map()))).toEqual({
      predicted_sessions: 0,
      predicted_minutes: 0,
      predicted_cost: 0,
      predicted_total_cost: '0.000000',
      predicted_tokens: 0,
      estimated_limit_date: null,
      run_out: null,
      confidence: 0,
      interval: { low: 0, high: 0 },
      recommendation: 'There is no usage to predict from yet. Predictions start with the first event.',
      growth_rate: 0,
      current_trend: 'stable',
    });
  });

  it('continues constant daily usage', () => {
    const prediction = predict(facts(steady('0.1')));
    expect(prediction).toMatchObject({
      predicted_sessions: 60,
      predicted_minutes: 45,
      predicted_cost: 3,
      predicted_total_cost: '3.000000',
      predicted_tokens: 15_000,
      estimated_limit_date: null,
      confidence: 1,
      growth_rate: 0,
      current_trend: 'stable',
    });
    expect(prediction.recommendation).toBe(
      'Usage is steady: the next 30 days are expected to cost 3 credits, and the credits last.',
    );
  });

  it('is barely confident after a single day', () => {
    const { predicted_cost, confidence } = predict(facts(new Map([[TODAY, tally({ events: 1, cost: '0.1' })]])));
    expect(predicted_cost).toBe(3);
    expect(confidence).toBeGreaterThan(0);
    expect(confidence).toBeLessThan(0.1);
  });

  it('takes no credits for work that was recorded without a charge', () => {
    const money = { account: account({ balance: '2' }), renews: false };
    const recorded = new Map([...steady('1')].map(([day, its]) => [day, { ...its, charged_cost: 0n }]));
    expect(predict(facts(steady('1'), money)).estimated_limit_date).not.toBeNull();
    const { predicted_cost, estimated_limit_date } = predict(facts(recorded, money));
    expect([predicted_cost, estimated_limit_date]).toEqual([30, null]);
  });

  it('leaves out the current day, which is not complete', () => {
    const tallies = steady('0.1').set(TODAY, tally({ events: 1, cost: '0.000001' }));
    expect(predict(facts(tallies)).predicted_cost).toBe(3);
  });

  it('does not count the days before the first usage', () => {
    const tallies = daysBefore(80, (n) => tally(n < 50 ? {} : { events: 10, cost: '0.1' }));
    expect(predict(facts(tallies)).predicted_cost).toBe(3);
  });

  it('includes the growth of free usage', () => {
    const tallies = daysBefore(56, (n) => tally({ events: n < 28 ? 10 : 20 }));
    expect(predict(facts(tallies))).toMatchObject({
      current_trend: 'growing',
      growth_rate: 100,
      predicted_cost: 0,
    });
  });
});

describe('the day on which credits run out', () => {
  const limit = (cost: string, given: Partial<PredictionFacts>) =>
    predict(facts(steady(cost), given)).estimated_limit_date;

  it('is the day whose usage takes the last credits', () => {
    expect(limit('2', { account: account({ balance: '20' }) })).toBe(addDays(TODAY, 9));
    expect(limit('2', { account: account({ balance: '19' }) })).toBe(addDays(TODAY, 9));
    expect(limit('2', { account: account({ balance: '18' }) })).toBe(addDays(TODAY, 8));
  });

  it('is earlier if credits are held or locked by the cap', () => {
    expect(limit('2', { account: account({ balance: '20', held: '4', capped: '6' }) })).toBe(addDays(TODAY, 4));
  });

  it('is today for an account without credits or in debt', () => {
    expect(limit('2', { account: account({ balance: '0' }) })).toBe(TODAY);
    expect(limit('2', { account: account({ balance: '5', held: '5', debt: '1' }) })).toBe(TODAY);
  });

  it('is unknown if a renewal comes first', () => {
    expect(limit('1', { reset_day: addDays(TODAY, 20) })).toBe(addDays(TODAY, 19));
    expect(limit('1', { reset_day: addDays(TODAY, 19) })).toBeNull();
  });

  it('can be after the end of the period for a plan that does not renew', () => {
    expect(limit('0.5', { renews: false, reset_day: addDays(TODAY, 2) })).toBe(addDays(TODAY, 39));
    expect(limit('0.2', { renews: false, reset_day: addDays(TODAY, 2) })).toBeNull();
  });

  it('is unknown for an account without costs, even without credits', () => {
    expect(limit('0', { account: account({ balance: '0' }) })).toBeNull();
  });

  it('has a band, which is narrow for steady spending', () => {
    const day = addDays(TODAY, 9);
    expect(predict(facts(steady('2'))).run_out).toEqual({ earliest: day, likely: day, latest: day });
    const uneven = daysBefore(60, (n) => tally({ events: 10, cost: n % 3 === 0 ? '5' : '0.5' }));
    const { run_out } = predict(facts(uneven));
    expect(run_out!.earliest! < run_out!.likely!).toBe(true);
    expect(run_out!.latest === null || run_out!.latest > run_out!.likely!).toBe(true);
  });

  it('can be possible without being likely', () => {
    const uneven = daysBefore(60, (n) => tally({ events: 10, cost: n % 3 === 0 ? '3' : '0' }));
    const { run_out, estimated_limit_date } = predict(facts(uneven));
    expect([estimated_limit_date, run_out?.likely, run_out?.latest]).toEqual([null, null, null]);
    expect(run_out?.earliest).toEqual(expect.any(String));
  });

  it('includes charges on days without events', () => {
    const tallies = daysBefore(60, () => tally({ cost: '2' }));
    expect(predict(facts(tallies))).toMatchObject({ predicted_cost: 60, estimated_limit_date: addDays(TODAY, 9) });
  });

  it('is in the recommendation', () => {
    const { recommendation } = predict(facts(steady('2')));
    expect(recommendation).toBe(
      'At this rate the 20 available credits run out on 30 November 2026, before the renewal on 6 December 2026. Buy credits or choose a larger plan.',
    );
  });
});

describe('growth', () => {
  it('is not reported for less than two weeks', () => {
    expect(growthOf([1, 2, 4, 8, 16])).toEqual({ growth_rate: 0, current_trend: 'stable', weeks: 0 });
  });

  it('is not reported for quiet weekends', () => {
    const week = [10, 10, 10, 10, 10, 1, 1];
    expect(growthOf([...week, ...week, ...week, ...week])).toMatchObject({ growth_rate: 0, current_trend: 'stable' });
  });

  it('is reported for a steady rise and a steady fall', () => {
    const rise = Array.from({ length: 56 }, (_, n) => 100 + n);
    expect(growthOf(rise)).toEqual({ growth_rate: 0.2467, current_trend: 'growing', weeks: 4 });
    expect(growthOf(rise.toReversed())).toMatchObject({ current_trend: 'declining' });
  });

  it('is not reported for a single large day', () => {
    const days = new Array<number>(28).fill(10);
    days[25] = 100;
    expect(growthOf(days).current_trend).toBe('stable');
  });
});

describe('a prediction of any history', () => {
  const anyTally = fc.record({
    events: fc.nat(1000),
    sessions: fc.nat(100),
    tokens: fc.nat(1e9),
    cost: fc.nat(1e9).map((n) => (n / 1e3).toFixed(3)),
  });
  const amounts = fc.nat(1e6).map(String);

  it('has no NaN, an interval around its cost, and a limit date in the future', () => {
    fc.assert(
      fc.property(
        fc.array(anyTally, { maxLength: 84 }),
        fc.record({ balance: amounts, held: amounts, capped: amounts }),
        fc.boolean(),
        (days, money, renews) => {
          const tallies = daysBefore(days.length, (n) => tally(days[n]));
          const prediction = predict(facts(tallies, { account: account(money), renews }));
          expect(JSON.stringify(prediction)).not.toMatch(/NaN|Infinity|undefined/);
          const { interval, predicted_cost, confidence, estimated_limit_date } = prediction;
          expect(interval.low).toBeLessThanOrEqual(predicted_cost);
          expect(interval.high).toBeGreaterThanOrEqual(predicted_cost);
          expect(Number(prediction.predicted_total_cost)).toBe(predicted_cost);
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
          expect((estimated_limit_date ?? TODAY) >= TODAY).toBe(true);
          const { earliest, likely, latest } = prediction.run_out ?? { earliest: null, likely: null, latest: null };
          expect(likely).toBe(estimated_limit_date);
          const known = [earliest, likely, latest].filter((day) => day !== null);
          expect(known).toEqual(known.toSorted());
        },
      ),
    );
  });
});
