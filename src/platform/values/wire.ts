import { Prisma } from '../../generated/prisma/client.js';
import { amount, units, type Units } from './amount.js';

type WireValue<T> = [T] extends [Prisma.Decimal]
  ? string
  : [T] extends [Prisma.Decimal | null]
    ? string | null
    : [Prisma.JsonValue] extends [T]
      ? Record<string, unknown>
      : T;

/** A Prisma row with amounts as text, the shape of the generated row classes. */
export type Wire<T> = { [K in keyof T]: WireValue<T[K]> };

/** Converts every Decimal of a row to decimal text; everything else is left unchanged. */
export function wire<T extends object>(row: T): Wire<T> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, Prisma.Decimal.isDecimal(value) ? amount(unitsOf(value)) : value]),
  ) as Wire<T>;
}

/** Converts a Prisma Decimal of a numeric(20,10) to units. */
export const unitsOf = (value: Prisma.Decimal): Units => units(value.toFixed(10));

/** Serialises a value for a `::jsonb` parameter. Bigints have no JSON form and are not allowed. */
export const json = (value: unknown): string => JSON.stringify(value);
