import { mean } from '../series/usage-totals.js';
/*
 * Exponential smoothing of a daily series: level, damped trend and weekday pattern, all additive (ETS(A,Ad,A); Hyndman,
 * Koehler, Ord, Snyder: Forecasting with Exponential Smoothing, 2008, chapters 2, 3 and 6). Each part is used only
 * where the series shows it: of the models from a plain mean to all three parts, the one with the lowest Bayesian
 * information criterion wins, so that noise is not mistaken for a pattern. The results are estimates, hence floats.
 */

/** The forecast of the days after a series. */
export interface Forecast {
  /** Expected value of each day, never negative. */
  readonly days: readonly number[];
  /** Their sum. */
  readonly total: number;
  /** Bounds of the 80 % prediction interval of the sum. */
  readonly low: number;
  readonly high: number;
  /** The same bounds for the sum of the first day, of the first two days, and so on. */
  readonly bands: readonly Band[];
}

/** Bounds of a prediction interval. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

const WEEK = 7;
const DAMPING = 0.98;
/** 80 % of a normal distribution lie within this many standard deviations. */
const Z_80 = 1.2816;

const LEVEL_GAINS = [0.05, 0.1, 0.2, 0.4, 0.7];
const TREND_GAINS = [0.005, 0.02, 0.06, 0.15];
const SEASON_GAINS = [0, 0.05, 0.15];
/** With fewer days, a new level, a weekday pattern or a trend cannot be distinguished from chance. */
const DAYS_FOR_LEVEL = WEEK;
const DAYS_FOR_SEASON = 2 * WEEK;
const DAYS_FOR_TREND = 3 * WEEK;

/** The share of each day's error that each part absorbs. */
interface Gains {
  level: number;
  trend: number;
  season: number;
}

interface State {
  level: number;
  trend: number;
  /** Offsets of the weekdays, by day of the series modulo 7. */
  season: number[];
}

interface Model {
  gains: Gains;
  /** State after the last day. */
  state: State;
  /** Sum of the squared errors of predicting each day from those before. */
  squares: number;
  /** Number of fitted parameters. */
  parameters: number;
}

/**
 * Forecasts the `horizon` days after a series of non-negative daily values, oldest first. Total: no series yields NaN,
 * and an empty one is forecast as zero.
 */
export function forecast(series: readonly number[], horizon: number): Forecast {
  if (series.length === 0) {
    const bands = Array.from({ length: horizon }, () => ({ low: 0, high: 0 }));
    return { days: new Array<number>(horizon).fill(0), total: 0, low: 0, high: 0, bands };
  }
  const model = candidatesFor(series).reduce((best, other) =>
    criterion(other, series) < criterion(best, series) ? other : best,
  );
  const days = Array.from({ length: horizon }, (_, step) => Math.max(0, expected(model, series.length, step + 1)));
  const bands = bandsOf(days, model, series);
  const total = sum(days);
  return { days, total, ...(bands.at(-1) ?? { low: 0, high: 0 }), bands };
}

/** Returns the interval of the sum of the first day, of the first two days, and so on. */
function bandsOf(days: readonly number[], model: Model, series: readonly number[]): Band[] {
  const spread = Z_80 * deviation(model, series);
  let total = 0;
  return days.map((value, step) => {
    total += value;
    const width = spread * Math.sqrt(totalVariance(model, series.length, step + 1));
    return { low: Math.max(0, total - width), high: total + width };
  });
}

/** Returns the candidates, simplest first, so that the simpler one wins a tie. */
function candidatesFor(series: readonly number[]): Model[] {
  const n = series.length;
  const shapes = [
    { trend: false, season: false },
    ...(n >= DAYS_FOR_SEASON ? [{ trend: false, season: true }] : []),
    ...(n >= DAYS_FOR_TREND ? [false, true].map((season) => ({ trend: true, season })) : []),
  ];
  return shapes.flatMap((shape) => {
    const start = startOf(series, shape);
    return gainsFor(shape, n).map((gains) => smooth(series, start, gains, shape));
  });
}

function gainsFor({ trend, season }: { trend: boolean; season: boolean }, n: number): Gains[] {
  const levels = [...(trend ? [] : [0]), ...(n >= DAYS_FOR_LEVEL ? LEVEL_GAINS : [])];
  return levels.flatMap((level) =>
    (trend ? TREND_GAINS : [0])
      .filter((gain) => gain <= level || !trend)
      .flatMap((trendGain) =>
        (season ? SEASON_GAINS : [0]).map((seasonGain) => ({ level, trend: trendGain, season: seasonGain })),
      ),
  );
}

/**
 * Fits the state before the first day to the whole series by least squares; line and weekday offsets are fitted in
 * turns.
 */
function startOf(series: readonly number[], { trend, season }: { trend: boolean; season: boolean }): State {
  let offsets = new Array<number>(WEEK).fill(0);
  let line = { level: mean(series), trend: 0 };
  for (let round = 0; round < (season ? 5 : 1); round += 1) {
    const flat = series.map((value, day) => value - at(offsets, day));
    line = trend ? lineThrough(flat) : { level: mean(flat), trend: 0 };
    if (season) offsets = weekdayOffsets(series.map((value, day) => value - line.level - line.trend * (day + 1)));
  }
  return { ...line, season: offsets };
}

function lineThrough(values: readonly number[]): { level: number; trend: number } {
  const centre = (values.length + 1) / 2;
  const average = mean(values);
  const spread = sum(values.map((_, day) => (day + 1 - centre) ** 2));
  const trend = sum(values.map((value, day) => (day + 1 - centre) * (value - average))) / spread;
  return { trend, level: average - trend * centre };
}

function weekdayOffsets(rest: readonly number[]): number[] {
  const averages = Array.from({ length: WEEK }, (_, weekday) => mean(rest.filter((_, day) => day % WEEK === weekday)));
  const centre = mean(averages);
  return averages.map((average) => average - centre);
}

function smooth(
  series: readonly number[],
  start: State,
  gains: Gains,
  shape: { trend: boolean; season: boolean },
): Model {
  const state = { ...start, season: [...start.season] };
  let squares = 0;
  series.forEach((value, day) => {
    const base = state.level + DAMPING * state.trend;
    const error = value - base - at(state.season, day);
    squares += error * error;
    state.level = base + gains.level * error;
    state.trend = DAMPING * state.trend + gains.trend * error;
    state.season[day % WEEK] = at(state.season, day) + gains.season * error;
  });
  const used = Object.values(gains).filter((gain) => gain > 0).length;
  return { gains, state, squares, parameters: 1 + used + (shape.trend ? 1 : 0) + (shape.season ? WEEK - 1 : 0) };
}

/**
 * Computes the Bayesian information criterion with the correction of Hurvich and Tsai for short series. Errors below a
 * millionth of the series' magnitude count as zero.
 */
function criterion({ squares, parameters }: Model, series: readonly number[]): number {
  const n = series.length;
  const floor = (sum(series.map((value) => value * value)) / n) * 1e-12 + Number.MIN_VALUE;
  const correction = (2 * parameters * (parameters + 1)) / Math.max(1, n - parameters - 1);
  return n * Math.log(squares / n + floor) + parameters * Math.log(n) + correction;
}

function expected({ state }: Model, n: number, step: number): number {
  return state.level + state.trend * damped(step) + at(state.season, n + step - 1);
}

/** Returns the standard deviation of a day's error; with less than a week of data, at least a share of the mean. */
function deviation({ squares, parameters }: Model, series: readonly number[]): number {
  const n = series.length;
  const seen = Math.sqrt(squares / Math.max(1, n - parameters));
  return n < WEEK ? Math.max(seen, mean(series) / Math.sqrt(n)) : seen;
}

/**
 * Returns the variance of the forecast sum for errors of variance 1. Each day's error also shifts the following days,
 * and the starting level is uncertain too: that of a line at its end four times as much as a mean.
 */
function totalVariance({ gains }: Model, n: number, horizon: number): number {
  let variance = ((gains.trend > 0 ? 4 : 1) * horizon ** 2) / n;
  let weight = 1;
  for (let after = 0; after < horizon; after += 1) {
    if (after > 0) weight += gains.level + gains.trend * damped(after) + (after % WEEK === 0 ? gains.season : 0);
    variance += weight ** 2;
  }
  return variance;
}

/** Returns the sum of the damping factors over some steps. */
const damped = (steps: number): number => (DAMPING * (1 - DAMPING ** steps)) / (1 - DAMPING);

const at = (offsets: readonly number[], day: number): number => offsets[day % WEEK] ?? 0;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
