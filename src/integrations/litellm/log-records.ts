import { DomainError } from '../../platform/errors.js';
import { shapeFault } from '../../platform/http/bodies/json-shape.js';

/** Maximum number of logs in one body. */
export const LOGS_MAX = 10_000;

/** The text of one log in a body. */
export interface RawLog {
  text: string;
  /** Offset of its first character in the body, from 0. */
  at: number;
}

/** A parsed log, or why it could not be parsed. */
export type ReadLog = { value: unknown; fault: null } | { value: null; fault: string };

/**
 * Splits a body into its logs without parsing them: the elements of an array, one object, or one value per line. A log
 * that is malformed within its brackets does not affect the others.
 * @throws DomainError `malformed_json` if the body is empty, `too_many_records`
 */
export function rawLogs(message: string): RawLog[] {
  const from = skipBlank(message, message.startsWith('\uFEFF') ? 1 : 0);
  if (from === message.length) throw new DomainError('malformed', 'malformed_json', 'The request body is empty.');
  if (message[from] === '[') return limited(elements(message, from + 1));
  return message[from] === '{' && isOneObject(message, from)
    ? [cut(message, from, message.length)]
    : limited(lines(message, from));
}

/** Parses a log. NaN and Infinity, which Python writes but JSON does not allow, become strings. */
export function readLog({ text, at }: RawLog): ReadLog {
  const shape = shapeFault(text);
  if (shape !== null) return { value: null, fault: `${shape}, at character ${at} of the body` };
  const value = parsed(text) ?? parsed(withoutNaN(text));
  return value
    ? { ...value, fault: null }
    : { value: null, fault: `is not valid JSON, at character ${at} of the body` };
}

function parsed(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null; // the caller reports the fault
  }
}

function limited(logs: Iterable<RawLog>): RawLog[] {
  const taken: RawLog[] = [];
  for (const log of logs) {
    if (taken.length === LOGS_MAX) {
      const detail = `A body can contain at most ${LOGS_MAX} logs. Send smaller batches.`;
      throw new DomainError('too_large', 'too_many_records', detail);
    }
    taken.push(log);
  }
  return taken;
}

function* elements(message: string, from: number): Generator<RawLog> {
  let at = skipBlank(message, from);
  while (at < message.length && message[at] !== ']') {
    const { end } = scan(message, at);
    yield cut(message, at, end);
    if (message[end] !== ',') return;
    at = skipBlank(message, end + 1);
  }
}

function* lines(message: string, from: number): Generator<RawLog> {
  for (let at = from; at < message.length;) {
    const newline = message.indexOf('\n', at);
    const end = newline < 0 ? message.length : newline;
    const begin = skipBlank(message, at);
    if (begin < end) yield cut(message, begin, end);
    at = Math.max(end + 1, begin);
  }
}

const cut = (message: string, from: number, to: number): RawLog => ({ text: message.slice(from, to), at: from });

/**
 * Whether the body is a single object, on one or more lines. A truncated object counts if its first line is just a
 * bracket.
 */
function isOneObject(message: string, from: number): boolean {
  const { end, isClosed } = scan(message, from);
  if (isClosed) return skipBlank(message, end) === message.length;
  return /^\{[^\S\n]*\r?\n/.test(message.slice(from, from + 100));
}

/**
 * Finds the end of the value at `from`, skipping brackets and strings: the comma or bracket that ends it in an array,
 * the closing bracket if nothing follows, or the end of the text.
 */
function scan(text: string, from: number): { end: number; isClosed: boolean } {
  let open = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') open += 1;
    else if (open === 0 && (character === ',' || character === ']')) return { end: at, isClosed: false };
    else if (character === '}' || character === ']') {
      open = Math.max(0, open - 1);
      if (open === 0 && !',]'.includes(text[skipBlank(text, at + 1)] ?? '\n')) return { end: at + 1, isClosed: true };
    }
  }
  return { end: text.length, isClosed: false };
}

/** Returns the index of the quote that closes the string starting at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

function withoutNaN(text: string): string {
  let [result, from] = ['', 0];
  while (from < text.length) {
    const quote = text.indexOf('"', from);
    const until = quote < 0 ? text.length : quote;
    result += text.slice(from, until).replace(/-?\bInfinity\b|\bNaN\b/g, '"$&"');
    from = quote < 0 ? text.length : endOfString(text, quote) + 1;
    result += text.slice(until, from);
  }
  return result;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] as string)) at += 1;
  return at;
}
