import { describe, expect, it } from '@jest/globals';
import type { PredictionView } from '../api/schema.gen.ts';
import { daysTo, pointsOf } from './forecast.ts';

const START = { today: '2026-11-30', available: 30, renewal: '2026-12-20' };
const prediction = (of: Partial<PredictionView>): PredictionView =>
  ({ predicted_cost: 30, interval: { low: 15, high: 60 }, run_out: null, ...of }) as PredictionView;

describe('the points of a forecast', () => {
  it('reach zero on the days on which the credits run out', () => {
    const run_out = { earliest: '2026-12-10', likely: '2026-12-15', latest: '2026-12-30' };
    const points = pointsOf(prediction({ run_out }), START);
    const on = (day: string) => points.find(({ start }) => start === day);
    expect(points.at(-1)?.start).toBe('2026-12-30');
    expect(on('2026-12-10')?.band[0]).toBe(0);
    expect(on('2026-12-14')?.likely).toBeGreaterThan(0);
    expect(on('2026-12-15')?.likely).toBe(0);
    expect(on('2026-12-30')?.band).toEqual([0, 0]);
  });

  it('follow the expected cost to the renewal where the credits last', () => {
    const points = pointsOf(prediction({}), START);
    expect(points).toHaveLength(daysTo(START.today, START.renewal) + 1);
    expect(points.at(-1)).toEqual({ start: START.renewal, likely: 10, band: [0, 20] });
  });

  it('begin with what is there today, and never fall below zero', () => {
    const run_out = { earliest: '2026-11-30', likely: '2026-11-30', latest: '2026-12-01' };
    const [first, ...later] = pointsOf(prediction({ run_out }), START);
    expect(first).toEqual({ start: START.today, likely: 30, band: [30, 30] });
    expect(later.every(({ likely, band: [low, high] }) => likely >= 0 && low >= 0 && high >= low)).toBe(true);
  });
});
