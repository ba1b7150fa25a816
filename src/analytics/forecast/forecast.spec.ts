import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededUniform } from '../../../test/support/model/seeded-random.js';
import { forecast } from './forecast.js';

const HORIZON = 28;
const SERIES = 40;

/** A series of noise around the values of `level`. */
function generated(seed: number, days: number, noise: number, level: (day: number) => number): number[] {
  const random = seededUniform(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: days }, (_, day) => Math.max(0, level(day) + noise * normal()));
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const distance = (a: readonly number[], b: readonly number[]): number =>
  mean(a.map((value, n) => Math.abs(value - (b[n] ?? 0))));

interface Backtest {
  /** Mean error per day, relative to that of predicting the mean. */
  days: number;
  /** The same for the sums. */
  totals: number;
  /** Share of the sums that lie within their interval. */
  within: number;
}

/** Withholds the last four weeks of generated series and compares their forecast with predicting the mean. */
function backtest(days: number, noise: number, level: (day: number) => number): Backtest {
  const error = { days: 0, totals: 0, naiveDays: 0, naiveTotals: 0, within: 0 };
  for (let seed = 1; seed <= SERIES; seed += 1) {
    const series = generated(seed, days + HORIZON, noise, level);
    const [known, hidden] = [series.slice(0, days), series.slice(days)];
    const expected = forecast(known, HORIZON);
    const naive = new Array<number>(HORIZON).fill(mean(known));
    error.days += distance(hidden, expected.days);
    error.naiveDays += distance(hidden, naive);
    error.totals += Math.abs(sum(hidden) - expected.total);
    error.naiveTotals += Math.abs(sum(hidden) - sum(naive));
    error.within += sum(hidden) >= expected.low && sum(hidden) <= expected.high ? 1 : 0;
  }
  return {
    days: error.days / error.naiveDays,
    totals: error.totals / error.naiveTotals,
    within: error.within / SERIES,
  };
}

const workdays = (day: number): number => (day % 7 < 5 ? 130 : 25);

describe('a backtested forecast', () => {
  it('beats the mean by far on a trend', () => {
    const { days, totals } = backtest(84, 10, (day) => 50 + 2 * day);
    expect(days).toBeLessThan(0.2);
    expect(totals).toBeLessThan(0.2);
  });

  it('beats the mean by far on a decline', () => {
    expect(backtest(84, 10, (day) => Math.max(0, 250 - 2 * day)).days).toBeLessThan(0.2);
  });

  it('beats the mean by far on a weekday pattern', () => {
    expect(backtest(84, 15, workdays).days).toBeLessThan(0.4);
  });

  it('beats the mean by far on a weekday pattern that grows', () => {
    const { days, totals } = backtest(84, 15, (day) => workdays(day) + day);
    expect(days).toBeLessThan(0.3);
    expect(totals).toBeLessThan(0.3);
  });

  it('finds the pattern in three weeks', () => {
    expect(backtest(21, 15, workdays).days).toBeLessThan(0.5);
  });

  it('follows a step to a new level', () => {
    expect(backtest(84, 10, (day) => (day < 60 ? 40 : 160)).totals).toBeLessThan(0.1);
  });

  it.each([7, 14, 21, 42, 84])('is no worse than the mean on %i days of noise', (days) => {
    const result = backtest(days, 30, () => 100);
    expect(result.days).toBeLessThan(1.02);
    expect(result.totals).toBeLessThan(1.1);
  });

  it('has an interval that contains about 80 % of the sums', () => {
    expect(backtest(84, 30, () => 100).within).toBeGreaterThanOrEqual(0.7);
    expect(backtest(84, 15, workdays).within).toBeGreaterThanOrEqual(0.7);
    expect(backtest(14, 30, () => 100).within).toBeGreaterThanOrEqual(0.7);
    expect(backtest(84, 10, (day) => 50 + 2 * day).within).toBeGreaterThanOrEqual(0.7);
  });
});

describe('a forecast', () => {
  it('is zero, with an empty interval, for an empty series', () => {
    const nothing = { low: 0, high: 0 };
    const bands = [nothing, nothing, nothing];
    expect(forecast([], 3)).toEqual({ days: [0, 0, 0], total: 0, ...nothing, bands });
  });

  it('continues a constant series', () => {
    const { days, low, high } = forecast(new Array<number>(30).fill(4), 7);
    for (const day of days) expect(day).toBeCloseTo(4, 9);
    expect(low).toBeCloseTo(28, 3);
    expect(high).toBeCloseTo(28, 3);
  });

  it('has a wide interval after a single day', () => {
    const { total, low, high } = forecast([10], 30);
    expect(total).toBeCloseTo(300, 9);
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(600);
  });

  it('is finite, non-negative and inside its interval for any series', () => {
    const value = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true }), fc.nat(5));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 100 }), fc.integer({ min: 1, max: 90 }), (series, horizon) => {
        const { days, total, low, high, bands } = forecast(series, horizon);
        expect([days.length, bands.length]).toEqual([horizon, horizon]);
        for (const number of [...days, total, low, high]) {
          expect(Number.isFinite(number)).toBe(true);
          expect(number).toBeGreaterThanOrEqual(0);
        }
        expect(low).toBeLessThanOrEqual(total);
        expect(high).toBeGreaterThanOrEqual(total);
        let soFar = 0;
        bands.forEach((band, n) => {
          soFar += days[n] ?? NaN;
          expect(band.low).toBeLessThanOrEqual(soFar);
          expect(band.high).toBeGreaterThanOrEqual(soFar);
        });
        expect(bands.at(-1)).toEqual({ low, high });
      }),
    );
  });

  it('scales with its series', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 60 }), (series) => {
        const one = forecast(series, 30);
        const ten = forecast(
          series.map((value) => value * 1024),
          30,
        );
        expect(ten.total).toBeCloseTo(one.total * 1024, 3);
      }),
    );
  });
});
