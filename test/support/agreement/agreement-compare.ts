import { amount } from '../../../src/platform/values/amount.js';
import { type Json, unitsOf } from './agreement-history.js';

/** The reason why a response or a line does not agree with the model; null when it does. */
export type Mismatch = string | null;

/** Returns the first member of `found` that is not as expected. Notations of amounts and instants do not matter. */
export function compare(expected: Json, found: Json): Mismatch {
  for (const [name, value] of Object.entries(expected)) {
    if (canonical(value ?? null) !== canonical(found[name] ?? null))
      return `${name}: found ${String(found[name])}, the model says ${String(value)}`;
  }
  return null;
}

function canonical(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (/^\d{4}-.*Z$/.test(text)) return new Date(text).toISOString();
  return /^-?\d+\.\d+$/.test(text) ? amount(BigInt(unitsOf(text))) : text;
}

/** An instant as text. */
export const timeOf = (instant: number): string => new Date(instant).toISOString();
