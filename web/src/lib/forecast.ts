import type { PredictionView } from '../api/schema.gen.ts';
import { type Day, dayBefore, daysBetween } from './dates.ts';

const FORECAST_DAYS = 30;
const SHOWN_MIN = 7;
const SHOWN_MAX = 90;
/** Credits that run out today do so in the middle of the day. */
const TODAY = 0.5;

/** One day of a forecast. All figures are positions. */
export interface ForecastPoint {
  start: Day;
  likely: number;
  /** Lower and upper end of the band. */
  band: readonly [low: number, high: number];
}

/** Where a forecast starts. */
interface Start {
  today: Day;
  /** Credits that can be spent; a position. */
  available: number;
  /** Day of the renewal. */
  renewal: Day;
}

/** @returns how many days from today to a day */
export const daysTo = (today: Day, day: Day): number => daysBetween(today, day) - 1;

/**
 * @returns the credits left on each of the days to come, as positions: a straight line to the day on which they run out,
 * or at the expected cost where they last
 */
export function pointsOf(prediction: PredictionView, { today, available, renewal }: Start): ForecastPoint[] {
  const { run_out, interval, predicted_cost } = prediction;
  const perDay = (day: Day | null | undefined, cost: number): number =>
    day ? available / Math.max(daysTo(today, day), TODAY) : cost / FORECAST_DAYS;
  const rates = {
    high: perDay(run_out?.earliest, interval.high),
    likely: perDay(run_out?.likely, predicted_cost),
    low: perDay(run_out?.latest, interval.low),
  };
  const ends = [run_out?.latest ?? renewal, run_out?.likely, run_out?.earliest].map((day) =>
    day ? daysTo(today, day) : 0,
  );
  const length = Math.min(SHOWN_MAX, Math.max(SHOWN_MIN, ...ends));
  return Array.from({ length: length + 1 }, (_, n) => {
    const left = (rate: number): number => Math.max(0, available - rate * n);
    return { start: dayBefore(today, -n), likely: left(rates.likely), band: [left(rates.high), left(rates.low)] };
  });
}
