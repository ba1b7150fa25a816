import { Prisma } from '../generated/prisma/client.js';
import { amount, units, type Units } from './amount.js';

type WireValue<T> = [T] extends [Prisma.Decimal]
  ? string
  : [T] extends [Prisma.Decimal | null]
    ? string | null
    : [Prisma.JsonValue] extends [T]
      ? Record<string, unknown>
      : T;

/** A row as Prisma reads it, with amounts as text: the shape of the generated row classes. */
export type Wire<T> = { [K in keyof T]: WireValue<T[K]> };

/** Turns every Decimal of a row into decimal text; nothing else changes, no column is named. */
export function wire<T extends object>(row: T): Wire<T> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, Prisma.Decimal.isDecimal(value) ? amount(unitsOf(value)) : value]),
  ) as Wire<T>;
}

/** Units of a numeric(20,10) that Prisma read. */
export const unitsOf = (value: Prisma.Decimal): Units => units(value.toFixed(10));

/** JSON for a `::jsonb` parameter. Bigints have no JSON form and never belong there. */
export const json = (value: unknown): string => JSON.stringify(value);
