import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { ValidateBy, type ValidationArguments, type ValidationOptions } from 'class-validator';
import { amount, isRounded, LONG_NUMBER, parseAmount, ROUNDED, type Units, units } from './amount.js';
import { exactMember } from './json-numbers.js';

/** Bounds of an amount, credits, decimal text. */
export interface AmountOptions {
  /** Refuse zero and below. */
  positive?: boolean;
  min?: string;
  max?: string;
}

/** Bounds of the length of a string, in characters as PostgreSQL counts them (code points). */
export interface TextOptions {
  min_length?: number;
  max_length?: number;
}

/** Bounds of a whole number, both inclusive. */
export interface Range {
  min: number;
  max: number;
}

/** First of the low surrogates, with which the second half of a character begins. */
const LOW_SURROGATE = 0xdc00;

/** Maximum size of a metadata document, in bytes of JSON in UTF-8. */
export const METADATA_MAX_BYTES = 16 * 1024;

// PostgreSQL stores neither NUL nor unpaired surrogates in text or jsonb, so they are refused here.
const storable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/**
 * Validates an exact amount: a JSON number or a decimal string with at most 10 decimals. The property is replaced by
 * canonical text (`"1.000000"`), so that equal amounts compare and hash alike.
 */
export function IsAmount(options: AmountOptions = {}, validation?: ValidationOptions): PropertyDecorator {
  const bounds = boundsOf(options);
  return applyDecorators(
    Transform(
      ({ value, obj, key }: { value: unknown; obj: object; key: string }) =>
        canonicalAmount(exactMember(obj, key) === LONG_NUMBER ? LONG_NUMBER : value),
      { toClassOnly: true },
    ),
    ValidateBy(
      {
        name: 'isAmount',
        validator: {
          validate: (value: unknown) => amountFault(value, bounds) === null,
          defaultMessage: (args) => `${subject(args)} ${amountFault(args?.value, bounds) ?? ''}`,
        },
      },
      validation,
    ),
  );
}

/** The text that {@link amount} writes, which never has a sign before zero. */
const CANONICAL = /^(?!-0\.0+$)-?(?:0|[1-9]\d{0,9})\.\d{5}(?:\d|\d{1,4}[1-9])$/;

function canonicalAmount(value: unknown): unknown {
  if (typeof value === 'string' && CANONICAL.test(value)) return value;
  const text = parseAmount(value);
  return text === null ? value : amount(units(text)); // an invalid value is left for the validator
}

/** Bounds of an amount, parsed once for all values. */
interface AmountBounds extends AmountOptions {
  least: Units | undefined;
  most: Units | undefined;
}

const boundsOf = (options: AmountOptions): AmountBounds => ({
  ...options,
  least: options.min === undefined ? undefined : units(options.min),
  most: options.max === undefined ? undefined : units(options.max),
});

function amountFault(value: unknown, { positive, min, max, least, most }: AmountBounds): string | null {
  if (isRounded(value)) return ROUNDED;
  const text = typeof value === 'string' ? parseAmount(value) : null;
  if (text === null)
    return 'must be a plain decimal with at most 10 decimals and 10 digits before the point, such as "1.25"';
  const credits = units(text);
  if (positive && credits <= 0n) return 'must be greater than zero';
  if (least !== undefined && credits < least) return `must not be less than ${min}`;
  if (most !== undefined && credits > most) return `must not be greater than ${max}`;
  return null;
}

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/i;

/**
 * Validates an RFC 3339 timestamp, in UTC unless it has an offset. The property is replaced by a Date (millisecond
 * precision).
 */
export function IsTimestamp(validation?: ValidationOptions): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => instant(value) ?? value, { toClassOnly: true }),
    ValidateBy(
      {
        name: 'isTimestamp',
        validator: {
          validate: (value: unknown) => value instanceof Date && storableInstant(value),
          defaultMessage: (args) => `${subject(args)} must be an RFC 3339 timestamp such as 2027-01-31T09:30:00Z`,
        },
      },
      validation,
    ),
  );
}

/** Parses an RFC 3339 timestamp, in UTC unless it has an offset; returns null for anything else. */
export function instant(value: unknown): Date | null {
  if (typeof value !== 'string') return null;
  const match = RFC_3339.exec(value);
  if (!match) return null;
  const [, year, month, day] = match.slice(0, 4).map(Number);
  // Date.parse() turns 30 February into 2 March
  const calendar = new Date(Date.UTC(2000, (month ?? 0) - 1, day));
  calendar.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day);
  if (calendar.getUTCMonth() + 1 !== month || calendar.getUTCDate() !== day) return null;
  const parsed = new Date(`${value}${match[4] === undefined ? 'Z' : ''}`.toUpperCase());
  return storableInstant(parsed) ? parsed : null;
}

/** Years outside 1 to 9999 cannot be written in RFC 3339, and PostgreSQL has no year 0. */
function storableInstant(date: Date): boolean {
  const year = date.getUTCFullYear(); // NaN for an invalid date
  return year >= 1 && year <= 9999;
}

/**
 * Validates a string that PostgreSQL can store. Counts code points like varchar(n); class-validator's MaxLength accepts
 * longer strings, because it ignores variation selectors.
 */
export function IsText(
  { min_length, max_length }: TextOptions = {},
  validation?: ValidationOptions,
): PropertyDecorator {
  const fault = (value: unknown): string | null => {
    if (typeof value !== 'string') return 'must be a string';
    if (!storable(value)) return 'must not contain NUL characters or unpaired surrogates';
    const length = codePoints(value);
    if (min_length !== undefined && length === 0 && min_length > 0) return 'must not be empty';
    if (min_length !== undefined && length < min_length) return `must have at least ${min_length} characters`;
    if (max_length !== undefined && length > max_length) return `must have at most ${max_length} characters`;
    return null;
  };
  const faultOf = (value: unknown): string | null =>
    validation?.each && Array.isArray(value)
      ? (value.map(fault).find((found) => found !== null) ?? null)
      : fault(value);
  return ValidateBy(
    {
      name: 'isText',
      validator: {
        validate: (value: unknown) => fault(value) === null,
        defaultMessage: (args) =>
          `${validation?.each ? 'each value in ' : ''}${subject(args)} ${faultOf(args?.value) ?? ''}`,
      },
    },
    validation,
  );
}

/** Counts the characters of a well-formed text: a pair of surrogates is one. */
function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += 1) if ((text.charCodeAt(i) & 0xfc00) !== LOW_SURROGATE) count += 1;
  return count;
}

/** Validates a whole number. One rule for both bounds, so that one message states the whole requirement. */
export function IsWholeNumber(range?: Range): PropertyDecorator {
  const { min, max } = range ?? { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
  return ValidateBy({
    name: 'isWholeNumber',
    validator: {
      validate: (value: unknown) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
      defaultMessage: (args) => `${subject(args)} must be a whole number${range ? ` from ${min} to ${max}` : ''}`,
    },
  });
}

/**
 * Validates a JSON document: an object (or an array, with `array`) of at most {@link METADATA_MAX_BYTES} bytes, stored
 * unchanged.
 */
export function IsMetadata(
  { array = false }: { array?: boolean } = {},
  validation?: ValidationOptions,
): PropertyDecorator {
  return applyDecorators(
    // Boolean is the only type for which class-transformer neither descends into the document nor calls its methods
    Type(() => Boolean),
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key], { toClassOnly: true }),
    ValidateBy(
      {
        name: 'isMetadata',
        validator: {
          validate: (value: unknown) => metadataFault(value, array) === null,
          defaultMessage: (args) => `${subject(args)} ${metadataFault(args?.value, array) ?? ''}`,
        },
      },
      validation,
    ),
  );
}

function metadataFault(value: unknown, array: boolean): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== array) {
    return `must be a JSON ${array ? 'array' : 'object'}`;
  }
  const json = serialised(value);
  if (json === null || Buffer.byteLength(json) > METADATA_MAX_BYTES) {
    return `must have at most ${METADATA_MAX_BYTES / 1024} KiB as JSON`;
  }
  return storableJson(json) ? null : 'must not contain NUL characters or unpaired surrogates';
}

function serialised(value: object): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null; // nested too deeply for the stack
  }
}

// JSON.stringify escapes only control characters and unpaired surrogates as \uXXXX
function storableJson(json: string): boolean {
  const escapes = [...json.matchAll(/\\(?:u([0-9a-f]{4})|.)/g)];
  return !escapes.some(([, code]) => code === '0000' || code?.startsWith('d'));
}

const subject = (args: ValidationArguments | undefined): string => args?.property ?? 'value';
