import { service_tier } from '../../generated/prisma/enums.js';
import { amount, units, type Units } from '../../platform/values/amount.js';
import { PRICE_COLUMNS, type PriceColumn } from './price.js';

/** What decides which prices apply to a piece of work. */
export interface Circumstances {
  /** All prompt tokens, including cached ones. */
  prompt_tokens: number;
  service_tier: service_tier | null;
  occurred_at: Date;
}

/** When an override applies: if all of its conditions hold. */
export interface Conditions {
  /** Minimum prompt tokens, inclusive; the override then applies to the whole call. */
  readonly min_prompt_tokens?: number;
  readonly service_tier?: service_tier;
  /** Start (inclusive): a time of day in UTC (`16:30`), or a timestamp. */
  readonly utc_start?: string;
  /** End (exclusive). */
  readonly utc_end?: string;
}

/** Prices that replace the base prices under conditions. */
export interface PriceOverride extends Conditions {
  readonly prices: Readonly<Partial<Record<PriceColumn, Units>>>;
}

/** An override as stored and sent: conditions and prices side by side, amounts as decimal text. */
export type StoredOverride = Conditions & Partial<Record<PriceColumn, string>>;

const TIME_OF_DAY = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/** Converts a stored override. */
export function toOverride(stored: object): PriceOverride {
  const { min_prompt_tokens, service_tier: tier, utc_start, utc_end, ...prices } = stored as StoredOverride;
  return {
    ...(min_prompt_tokens !== undefined && { min_prompt_tokens }),
    ...(tier !== undefined && { service_tier: tier }),
    ...(utc_start !== undefined && { utc_start }),
    ...(utc_end !== undefined && { utc_end }),
    prices: Object.fromEntries(Object.entries(prices).map(([column, text]) => [column, units(text)])),
  };
}

/** Converts an override to its stored form, which is identical for equal overrides. */
export function stored({
  prices,
  min_prompt_tokens,
  service_tier: tier,
  utc_start,
  utc_end,
}: PriceOverride): StoredOverride {
  const conditions = { min_prompt_tokens, service_tier: tier, utc_start, utc_end };
  const given = Object.entries(conditions).filter(([, value]) => value !== undefined);
  const amounts = PRICE_COLUMNS.flatMap((column) => {
    const price = prices[column];
    return price === undefined ? [] : [[column, amount(price)] as const];
  });
  return Object.fromEntries([...given, ...amounts]);
}

/** Whether an override applies to a piece of work. */
export function applies(
  override: Conditions,
  { prompt_tokens, service_tier: tier, occurred_at }: Circumstances,
): boolean {
  const { min_prompt_tokens = 0, utc_start, utc_end } = override;
  if (prompt_tokens < min_prompt_tokens) return false;
  if (override.service_tier !== undefined && override.service_tier !== (tier ?? service_tier.standard)) return false;
  return isWithin(utc_start, utc_end, occurred_at);
}

/** Whether a time is in the span. Times of day can span midnight: 16:30 to 00:30. */
function isWithin(start: string | undefined, end: string | undefined, at: Date): boolean {
  const [from, until] = [secondOfDay(start), secondOfDay(end)];
  if (from !== null && until !== null) {
    const now = Math.floor(at.getTime() / 1000) % 86_400;
    return from <= until ? now >= from && now < until : now >= from || now < until;
  }
  return (start === undefined || at >= new Date(start)) && (end === undefined || at < new Date(end));
}

function secondOfDay(text: string | undefined): number | null {
  const [matched, hours, minutes, seconds] = TIME_OF_DAY.exec(text ?? '') ?? [];
  return matched === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
}

/** Whether two values are valid as start and end: both times of day, or timestamps of which one can be missing. */
export function isTimeSpan(start: unknown, end: unknown): boolean {
  const given = [start, end].filter((text) => text !== undefined);
  if (!given.every((text) => typeof text === 'string')) return false;
  const times = given.filter((text) => secondOfDay(text) !== null);
  if (times.length > 0) return times.length === 2;
  return given.length > 0 && given.every((text) => !Number.isNaN(Date.parse(text)));
}

/** Returns an instant within a time span; the start of 1970 if it has no limits. */
export function instantOf(start: string | undefined, end: string | undefined): Date {
  const second = secondOfDay(start);
  if (second !== null) return new Date(second * 1000);
  if (start !== undefined) return new Date(start);
  return end === undefined ? new Date(0) : new Date(Date.parse(end) - 1);
}
