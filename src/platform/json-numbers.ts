import { isRounded, LONG_NUMBER, NUMBER_DIGITS } from './amount.js';

/**
 * Which members of parsed JSON were written as numbers of more digits than a binary float is sure to hold. The parser
 * rounds them, some to numbers of few digits: 1234567890.1000000001 becomes 1234567890.1.
 */
const longMembers = new WeakMap<object, Set<string>>();

/** Finds every number of so many digits, and some texts that look like one. */
const LONG_LITERAL = new RegExp(`[:[,\\s]-?\\d[\\d.]{${NUMBER_DIGITS}}`);
const LONG_LITERALS = new RegExp(`[:[,\\s](-?\\d[\\d.]{${NUMBER_DIGITS},}(?:e[+-]?\\d+)?)`, 'gi');

const BYTE_ORDER_MARK = '\ufeff';

/** What the parser tells of a value besides the value. */
interface Literal {
  readonly source?: string;
}

/**
 * JSON as JSON.parse reads it. It remembers which numbers were written with too many digits though that can't be seen in
 * them any more, for {@link exactMember} to say; the numbers stay what they are, since not all of them are amounts.
 * @param parsed what the text was parsed to before, if it was
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

/** A member of an object that {@link parseJson} read, or LONG_NUMBER in place of one that was written with too many digits. */
export const exactMember = (holder: object, key: string): unknown =>
  longMembers.get(holder)?.has(key) ? LONG_NUMBER : (holder as Record<string, unknown>)[key];

/**
 * Says the same of the members of a copy as of the object that they were copied from.
 * @param names what members are called in the copy that have another name there
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
 * Whether a number may have lost digits without a trace. Numbers that programs write as exactly as they hold them are
 * long, too, and are seen to be, so that most documents need no second look.
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

/** Zeros at either end need no room in a float. */
const isLong = (literal: string): boolean =>
  literal.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length > NUMBER_DIGITS;
