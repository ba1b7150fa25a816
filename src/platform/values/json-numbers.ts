import { isRounded, LONG_NUMBER, NUMBER_DIGITS } from './amount.js';

/**
 * Members of parsed JSON that were written with more digits than a binary float can hold exactly. The parser rounds
 * them, some to numbers with few digits: 1234567890.1000000001 becomes 1234567890.1.
 */
const longMembers = new WeakMap<object, Set<string>>();

/** Matches every number with that many digits, and some strings that look like one. */
const LONG_LITERAL = new RegExp(`[:[,\\s]-?\\d[\\d.]{${NUMBER_DIGITS}}`);
const LONG_LITERALS = new RegExp(`[:[,\\s](-?\\d[\\d.]{${NUMBER_DIGITS},}(?:e[+-]?\\d+)?)`, 'gi');

const BYTE_ORDER_MARK = '\ufeff';

/** The source text that the parser reports with a value. */
interface Literal {
  readonly source?: string;
}

/**
 * Parses JSON like JSON.parse, and records which numbers were written with too many digits even if the parsed number no
 * longer shows it; see {@link exactMember}. The numbers are left as they are, because not all of them are amounts.
 * @param parsed the parsed text, if it was parsed before
 * @throws SyntaxError
 */
export function parseJson(text: string, parsed?: unknown): unknown {
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  if (!hidesDigits(json)) return parsed === undefined ? (JSON.parse(json) as unknown) : parsed;
  return JSON.parse(json, function (this: object, key: string, value: unknown, literal?: Literal) {
    if (typeof value === 'number' && isLong(literal?.source ?? '')) remember(this, [key]);
    return value;
  } as (this: unknown, key: string, value: unknown) => unknown) as unknown;
}

/** Returns a member of an object read by {@link parseJson}, or LONG_NUMBER if it was written with too many digits. */
export const exactMember = (holder: object, key: string): unknown =>
  longMembers.get(holder)?.has(key) ? LONG_NUMBER : (holder as Record<string, unknown>)[key];

/**
 * Transfers the records about members from an object to its copy.
 * @param names new names of members that were renamed in the copy
 */
export function copied<T extends object>(original: object, copy: T, names: Readonly<Record<string, string>> = {}): T {
  const keys = longMembers.get(original);
  if (keys) {
    remember(
      copy,
      [...keys].map((key) => (Object.hasOwn(names, key) ? (names[key] ?? key) : key)),
    );
  }
  return copy;
}

/**
 * Returns whether a number could have lost digits unnoticed. Programs also write long numbers that are still long after
 * parsing; those are recognised later, so most documents need no second pass.
 */
function hidesDigits(text: string): boolean {
  if (!LONG_LITERAL.test(text)) return false;
  for (const [, literal = ''] of text.matchAll(LONG_LITERALS)) {
    if (isLong(literal) && !isRounded(Number(literal))) return true;
  }
  return false;
}

function remember(holder: object, keys: Iterable<string>): void {
  const known = longMembers.get(holder) ?? new Set();
  for (const key of keys) known.add(key);
  longMembers.set(holder, known);
}

/** Leading and trailing zeros do not count as significant digits. */
const isLong = (literal: string): boolean =>
  literal.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length > NUMBER_DIGITS;
