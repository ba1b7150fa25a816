import type { Leaf } from './leaves.js';

const MEMBERS_MAX = 30;
const TEXT_MAX = 100;

/**
 * Returns the unread members of a usage object by path (`details.new_tokens`), or null. Empty, zero and false values
 * are left out. The size is bounded, because the members are stored with the work.
 */
export function unreadOf(leaves: readonly Leaf[]): Record<string, unknown> | null {
  const filled = leaves.filter(({ value }) => hasContent(value)).slice(0, MEMBERS_MAX);
  if (filled.length === 0) return null;
  return Object.fromEntries(filled.map(({ place, value }) => [storable(place), bounded(value)]));
}

/** Returns a string that identifies a set of unread members. */
export const shapeOf = (unread: Record<string, unknown>): string => Object.keys(unread).toSorted().join(', ');

function hasContent(value: unknown): boolean {
  if (typeof value === 'number') return value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  return value !== null && value !== undefined && value !== false && value !== '' && !isEmptyText(value);
}

const isEmptyText = (value: unknown): boolean => typeof value === 'string' && /^\s*(0+(\.0*)?)?\s*$/.test(value);

/** Returns numbers and booleans unchanged, everything else as short text. JSON has no NaN. */
function bounded(value: unknown): unknown {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return storable(text.slice(0, TEXT_MAX));
}

/** Removes NUL and lone surrogates, which PostgreSQL cannot store. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
