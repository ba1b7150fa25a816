import { temporal } from './temporal.ts';

const DAY_MS = 86_400_000;

/** Making one takes long. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** @returns a clock that writes `2026-11-30`, or with the time `2026-11-30 14:05:00` */
function clockOf(timeZone: string, timeStyle?: 'medium'): Intl.DateTimeFormat {
  const key = `${timeZone} ${timeStyle ?? ''}`;
  const known = clocks.get(key) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle });
  clocks.set(key, known);
  return known;
}

/** A calendar day without a zone: `2026-11-30`. */
export type Day = string;

/** @returns today's calendar day in a time zone */
export function todayIn(timeZone: string, now = new Date()): Day {
  return dayIn(timeZone, now);
}

/** @returns the calendar day of an instant in a time zone */
export function dayIn(timeZone: string, instant: Date): Day {
  if (temporal) {
    return temporal.Instant.fromEpochMilliseconds(instant.getTime())
      .toZonedDateTimeISO(timeZone)
      .toPlainDate()
      .toString();
  }
  return clockOf(timeZone).format(instant);
}

/** @returns the day some days earlier; calendar arithmetic, free of zones */
export function dayBefore(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}

/** @returns how many days from the first to the last day, both included */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS) + 1;
}

/** @returns the instant at which a calendar day begins in a time zone */
export function startOfDay(day: Day, timeZone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // the offset at midnight UTC may differ from that at the local midnight on a day when the clock changes
  const near = midnight - offsetAt(midnight, timeZone);
  const start = new Date(midnight - offsetAt(near, timeZone));
  // where the clocks skip midnight, the day begins after the gap
  return dayIn(timeZone, start) < day ? new Date(near) : start;
}

/** @returns the instant at which a calendar day ends in a time zone */
export const endOfDay = (day: Day, timeZone: string): Date => startOfDay(dayBefore(day, -1), timeZone);

/** @returns by how many milliseconds the zone's clocks are ahead of UTC */
function offsetAt(instant_ms: number, timeZone: string): number {
  return (
    Date.parse(`${clockOf(timeZone, 'medium').format(instant_ms).replace(' ', 'T')}Z`) -
    Math.floor(instant_ms / 1000) * 1000
  );
}
