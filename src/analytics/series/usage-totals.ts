import { DECIMALS, type Units, units } from '../../platform/values/amount.js';
import type { UsageRow, UsageSeries } from './usage-series.repository.js';

/** Services whose work counts as transcriptions and as exports; the platform meters both like any other work. */
const TRANSCRIPTION_SERVICE = 'stt';
const EXPORT_SERVICE = 'export';
const UNITS_PER_ONE = 10 ** DECIMALS;

/** Sums of some usage. Costs and seconds are exact, in units of 10^-10. */
export interface UsageTotals {
  events: number;
  free_events: number;
  failed_events: number;
  tokens: number;
  sessions: number;
  transcriptions: number;
  exports: number;
  timed_events: number;
  total_cost: Units;
  charged_cost: Units;
  provider_cost: Units;
  platform_markup: Units;
  seconds: Units;
}

/** The tally without any usage. */
export const NO_USAGE: Readonly<UsageTotals> = {
  events: 0,
  free_events: 0,
  failed_events: 0,
  tokens: 0,
  sessions: 0,
  transcriptions: 0,
  exports: 0,
  timed_events: 0,
  total_cost: 0n,
  charged_cost: 0n,
  provider_cost: 0n,
  platform_markup: 0n,
  seconds: 0n,
};

/** Sums rows, without sessions, because several rows can belong to the same session. */
export function totalsOf(rows: readonly UsageRow[]): UsageTotals {
  const tally = { ...NO_USAGE };
  for (const row of rows) {
    tally.events += row.event_count;
    tally.free_events += row.free_events;
    tally.failed_events += row.failed_events;
    tally.tokens += row.tokens_used;
    tally.timed_events += row.timed_events;
    tally.total_cost += units(row.total_cost);
    tally.charged_cost += units(row.charged_cost);
    tally.provider_cost += units(row.provider_cost);
    tally.platform_markup += units(row.platform_markup);
    tally.seconds += units(row.duration_seconds);
    if (row.service === TRANSCRIPTION_SERVICE) tally.transcriptions += row.event_count;
    if (row.service === EXPORT_SERVICE) tally.exports += row.event_count;
  }
  return tally;
}

/** Returns the tally of each bucket with usage. */
export function totalsByBucket({ usage, sessions }: UsageSeries): Map<string, UsageTotals> {
  const rows = Map.groupBy(usage, (row) => row.bucket);
  const counted = new Map(sessions.map((row) => [row.bucket, row.sessions]));
  return new Map(
    [...rows].map(([bucket, inIt]) => [bucket, { ...totalsOf(inIt), sessions: counted.get(bucket) ?? 0 }]),
  );
}

/** Returns the seconds as a number, for display and statistics. */
export const secondsOf = ({ seconds }: UsageTotals): number => Number(seconds) / UNITS_PER_ONE;

/** Returns credits as a number: only for shares and statistics, never for charges. */
export const approximately = (value: Units): number => Number(value) / UNITS_PER_ONE;

/** Returns the percentage of successful work; 0 without any work. */
export const successRate = ({ events, failed_events }: UsageTotals): number =>
  percentage(events - failed_events, events);

/** Returns the average seconds of work that reports a duration. */
export const averageDuration = (totals: UsageTotals): number => share(secondsOf(totals), totals.timed_events);

/** Returns the average minutes of work that reports a duration. */
export const averageMinutes = (totals: UsageTotals): number => share(secondsOf(totals) / 60, totals.timed_events);

/** Returns a cost in percent of a plan's monthly credits; 0 if it has none. */
export const utilization = (cost: Units, plan: Units): number => percentage(approximately(cost), approximately(plan));

/** Returns part / whole to four decimals; 0 if the whole is 0. */
export const share = (part: number, whole: number): number => (whole > 0 ? rounded(part / whole) : 0);

/** Returns part / whole in percent, to two decimals; 0 if the whole is 0. */
export const percentage = (part: number, whole: number): number => inPercent(share(part, whole));

/** Converts a share to percent, with two decimals. */
export const inPercent = (part: number): number => Math.round(part * 10_000) / 100;

/** Rounds to four decimals. */
export const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** Returns the average; 0 for an empty list. */
export const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);

/** Formats a share as "25%". */
export const percent = (part: number): string => `${Math.round(part * 100)}%`;
