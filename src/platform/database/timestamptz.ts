import pg from 'pg';

const slowly = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;

const OFFSET_AT = 19; // after the seconds, or later
const FRACTION_AT = 20;
const UTC = '+00';
const DASH = 45;
const ZERO = 48;
/** Date.UTC() reads smaller years as those of the 20th century. */
const YEAR_MIN = 100;

/**
 * Parses a timestamptz as PostgreSQL writes it, to the millisecond. Reads the digits itself if the session is in UTC,
 * because an account has nine timestamps: parsing them as ISO 8601 would take much of a charge.
 */
export function instantOf(text: string): Date {
  const year = pair(text, 0) * 100 + pair(text, 2);
  if (!text.endsWith(UTC) || text.charCodeAt(4) !== DASH || year < YEAR_MIN) return ofIso(text);
  const seconds = [pair(text, 5) - 1, pair(text, 8), pair(text, 11), pair(text, 14), pair(text, 17)] as const;
  return new Date(Date.UTC(year, ...seconds, millisecondsOf(text)));
}

const pair = (text: string, at: number): number => (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;

function millisecondsOf(text: string): number {
  const end = text.length - UTC.length;
  let ms = 0;
  for (let [at, unit] = [FRACTION_AT, 100]; at < end && unit >= 1; at += 1, unit /= 10) {
    ms += (text.charCodeAt(at) - ZERO) * unit;
  }
  return ms;
}

/** Replaces one character and completes the offset. */
function ofIso(text: string): Date {
  const at = Math.max(text.indexOf('+', OFFSET_AT), text.indexOf('-', OFFSET_AT));
  const offset = text.slice(at);
  // historical offsets have seconds, which ISO 8601 does not allow
  if (at < 0 || offset.length > 6) return slowly(text);
  return new Date(`${text.slice(0, 10)}T${text.slice(11, at)}${offset.length === 3 ? `${offset}:00` : offset}`);
}
