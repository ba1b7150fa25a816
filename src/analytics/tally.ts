import { DECIMALS, type Units, units } from '../platform/amount.js';
import type { UsageRow, UsageSeries } from './usage-series.repository.js';

/** Work of this service counts as transcriptions, of that one as exports: the platform meters both like any work. */
const TRANSCRIPTION_SERVICE = 'stt';
const EXPORT_SERVICE = 'export';
const UNITS_PER_ONE = 10 ** DECIMALS;

/** What some usage adds up to. Costs and seconds are exact, in units of 10^-10. */
export interface Tally {
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

/** No usage at all. */
export const NOTHING: Readonly<Tally> = {
  ...{ events: 0, free_events: 0, failed_events: 0, tokens: 0, sessions: 0, transcriptions: 0, exports: 0 },
  ...{ timed_events: 0, total_cost: 0n, charged_cost: 0n, provider_cost: 0n, platform_markup: 0n, seconds: 0n },
};

/** Adds rows up; sessions stay out, for those of several rows may be the same. */
export function tallyOf(rows: readonly UsageRow[]): Tally {
  const tally = { ...NOTHING };
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

/** What each bucket with usage adds up to. */
export function talliesOf({ usage, sessions }: UsageSeries): Map<string, Tally> {
  const rows = Map.groupBy(usage, (row) => row.bucket);
  const counted = new Map(sessions.map((row) => [row.bucket, row.sessions]));
  return new Map([...rows].map(([bucket, inIt]) => [bucket, { ...tallyOf(inIt), sessions: counted.get(bucket) ?? 0 }]));
}

/** Seconds as a number, for people and statistics. */
export const secondsOf = ({ seconds }: Tally): number => Number(seconds) / UNITS_PER_ONE;

/** Credits as a number: for shares and statistics alone, never to be charged. */
export const approximately = (value: Units): number => Number(value) / UNITS_PER_ONE;

/** Share of the work that succeeded, in percent; 0 when there was none. */
export const successRate = ({ events, failed_events }: Tally): number => percentage(events - failed_events, events);

/** Seconds that a piece of work took on average, of the work that says so. */
export const averageDuration = (tally: Tally): number => share(secondsOf(tally), tally.timed_events);

/** Minutes that a piece of work took on average, of the work that says so. */
export const averageMinutes = (tally: Tally): number => share(secondsOf(tally) / 60, tally.timed_events);

/** A cost as a share of the credits that a plan gives a month, in percent; 0 when it gives none. */
export const utilization = (cost: Units, plan: Units): number => percentage(approximately(cost), approximately(plan));

/** A part of a whole, to four decimals; 0 of nothing. */
export const share = (part: number, whole: number): number => (whole > 0 ? rounded(part / whole) : 0);

/** A part of a whole in percent, to two decimals; 0 of nothing. */
export const percentage = (part: number, whole: number): number => inPercent(share(part, whole));

/** A share that has four decimals, in percent. */
export const inPercent = (part: number): number => Math.round(part * 10_000) / 100;

/** To four decimals. */
export const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** The average; 0 of nothing. */
export const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);

/** A share as people read it: "25 %". */
export const percent = (part: number): string => `${Math.round(part * 100)} %`;
