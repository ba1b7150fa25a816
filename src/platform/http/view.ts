import type { Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions, DECORATORS } from '@nestjs/swagger';
import { amount, units } from '../values/amount.js';

/** A class whose properties have `@ApiProperty`. Only these properties are sent to the caller. */
export type View<T = object> = Type<T>;

/** JSON of a response. */
export type Wire = Record<string, unknown>;

/** Converts a member to JSON; `owner` is the object that contains it. */
type Convert = (value: unknown, owner: Wire) => unknown;
/** Computes a property from the value, and from the object that contains the value. */
type Derive = (value: object, owner: object) => unknown;
interface Step {
  readonly key: string;
  readonly convert: Convert;
  readonly derive: Derive | undefined;
  /** What stands for null: a list that is not nullable is then empty. */
  readonly whenNull: null | readonly never[];
}

const DERIVED = Symbol('derived');

const plans = new WeakMap<View, readonly Step[]>();

/**
 * Serialises the documented properties of `View` (including inherited ones), so that other columns are never exposed.
 * Amounts get 6 to 10 decimals, bigints become numbers, Dates become text in UTC, undefined properties are left out.
 * @throws TypeError if an amount is a binary float or otherwise not exact
 */
export function toWire(view: View, value: null): null;
export function toWire(view: View, value: object): Wire;
export function toWire(view: View, value: object | null): Wire | null;
export function toWire(view: View, value: object | null): Wire | null {
  return value === null ? null : shown(view, value as Wire, {});
}

function shown(view: View, source: Wire, owner: Wire): Wire {
  const wire: Wire = {};
  for (const { key, convert, derive, whenNull } of planOf(view)) {
    const member = derive ? derive(source, owner) : source[key];
    if (member === undefined) continue;
    wire[key] = member === null ? whenNull : convert(member, source);
  }
  return wire;
}

/**
 * Adds a computed property to a view before the view is first used. Views derived from it earlier do not get the
 * property.
 */
export function addToView<V extends object>(
  view: View<V>,
  key: string,
  property: ApiPropertyOptions,
  derive: (value: V, owner: never) => unknown,
): void {
  const prototype = view.prototype as object;
  if (propertiesOf(view).includes(key)) throw new TypeError(`${view.name} already has a property ${key}`);
  ApiProperty(property)(prototype, key);
  Reflect.defineMetadata(DERIVED, derive, prototype, key);
}

/** Returns the documented property names of a view, in document order. */
export function propertiesOf(view: View): string[] {
  const marked = Reflect.getMetadata(DECORATORS.API_MODEL_PROPERTIES_ARRAY, view.prototype as object) as
    string[] | undefined;
  return (marked ?? []).map((key) => key.slice(1)); // swagger stores them as `:name`
}

function planOf(view: View): readonly Step[] {
  const known = plans.get(view);
  if (known) return known;
  const plan = propertiesOf(view).map((key) => ({
    key,
    convert: conversion(view, key),
    derive: Reflect.getMetadata(DERIVED, view.prototype as object, key) as Derive | undefined,
    whenNull: isPlainList(metadataOf(view, key)) ? [] : null,
  }));
  if (plan.length === 0) throw new TypeError(`${view.name} has no documented property`);
  plans.set(view, plan);
  return plan;
}

interface PropertyMetadata {
  type?: unknown;
  allOf?: unknown;
  $ref?: unknown;
  isArray?: boolean;
  nullable?: boolean;
  format?: string;
  items?: { format?: string };
}

const metadataOf = (view: View, key: string): PropertyMetadata =>
  (Reflect.getMetadata(DECORATORS.API_MODEL_PROPERTIES, view.prototype as object, key) ?? {}) as PropertyMetadata;

/** Whether null stands for an empty list: a sparse list is stored as null. */
const isPlainList = ({ type, nullable }: PropertyMetadata): boolean => type === 'array' && nullable !== true;

function conversion(view: View, key: string): Convert {
  const metadata = metadataOf(view, key);
  if (metadata.allOf !== undefined || metadata.$ref !== undefined) {
    throw new TypeError(`${view.name}.${key} must name its class as type, otherwise its properties are unknown`);
  }
  const { type, isArray } = resolved(metadata);
  const format = metadata.format ?? metadata.items?.format;
  const each = format === 'decimal' ? decimal : format === 'date-time' ? timestamp : nested(type);
  return isArray
    ? (value, owner) => (value as unknown[]).map((item) => (item === null ? null : each(item, owner)))
    : each;
}

/** Resolves a type: Swagger accepts a class, `() => Class`, `[Class]`, `() => [Class]` and names such as 'string'. */
function resolved(metadata: PropertyMetadata): { type: unknown; isArray: boolean } {
  const { type } = metadata;
  const lazy = typeof type === 'function' && type.name === 'type';
  const target: unknown = lazy ? (type as () => unknown)() : type;
  if (Array.isArray(target)) return { type: target[0], isArray: true };
  return {
    type: target,
    isArray: metadata.isArray === true || (target === 'array' && metadata.items?.format === 'decimal'),
  };
}

function nested(type: unknown): Convert {
  if (typeof type !== 'function') return plain;
  const documented = propertiesOf(type as View).length > 0;
  return documented ? (value, owner) => shown(type as View, value as Wire, owner) : plain;
}

/** Dates are converted here, because JSON.stringify is several times faster on objects without Dates. */
const timestamp: Convert = (value) => (value instanceof Date ? value.toISOString() : value);

const plain: Convert = (value) => (typeof value === 'bigint' ? Number(value) : value);

/** numeric(20,10) as pg returns it, the common case: only trailing zeros need to be removed. */
const STORED = /^-?(?:0|[1-9]\d{0,9})\.\d{10}$/;
const ZERO = 48;
const OPTIONAL_DECIMALS = 4;

function decimal(value: unknown): string {
  if (typeof value === 'string') return STORED.test(value) ? trimmed(value) : amount(units(value));
  if (typeof value === 'bigint') return amount(value);
  if (typeof value === 'object' && value !== null && 'toFixed' in value) {
    return trimmed((value as { toFixed(decimals: number): string }).toFixed(10));
  }
  throw new TypeError('an amount must be exact: decimal text, a Decimal or units');
}

function trimmed(text: string): string {
  let end = text.length;
  const least = end - OPTIONAL_DECIMALS;
  while (end > least && text.charCodeAt(end - 1) === ZERO) end -= 1;
  return text.slice(0, end);
}
