import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { service_tier } from '../../generated/prisma/enums.js';
import { isRounded, parseAmount, ROUNDED, units } from '../../platform/values/amount.js';
import { exactMember } from '../../platform/values/json-numbers.js';
import { PRICE_COLUMNS, type PriceColumn } from './price.js';
import { type Conditions, isTimeSpan, stored, toOverride } from './price-override.js';
import { faultsIn } from './price-faults.js';
import { TOKENS_MAX } from '../rating/work.js';

const OVERRIDES_MAX = 50;
const CONDITIONS = ['min_prompt_tokens', 'service_tier', 'utc_start', 'utc_end'];

/** Validates a list of overrides and converts it to the stored form with canonical amounts. */
export function IsOverrides(): PropertyDecorator {
  return applyDecorators(
    // with Boolean, class-transformer neither descends into the list nor copies it
    Type(() => Boolean),
    Transform(
      ({ obj, key }: { obj: Record<string, unknown>; key: string }) => {
        const value = obj[key];
        return faultOf(value) === null ? canonical(value as object[]) : value;
      },
      { toClassOnly: true },
    ),
    ValidateBy({
      name: 'isOverrides',
      validator: {
        validate: (value: unknown) => faultOf(value) === null,
        defaultMessage: (args) => `overrides ${faultOf(args?.value) ?? ''}`,
      },
    }),
  );
}

const canonical = (overrides: object[]): object[] =>
  overrides.map((override) => stored(toOverride(withTexts(override))));

/** Converts amounts given as numbers to text. */
const withTexts = (override: object): object =>
  Object.fromEntries(
    Object.entries(override).map(([key, value]) => [key, isColumn(key) ? parseAmount(value) : (value as unknown)]),
  );

const isColumn = (key: string): key is PriceColumn => (PRICE_COLUMNS as readonly string[]).includes(key);

function faultOf(value: unknown): string | null {
  if (!Array.isArray(value)) return 'must be a list';
  if (value.length > OVERRIDES_MAX) return `must have at most ${OVERRIDES_MAX} entries`;
  return value.map(overrideFault).find((fault) => fault !== null) ?? null;
}

function overrideFault(value: unknown, index: number): string | null {
  if (typeof value !== 'object' || value === null) return `entry ${index} must be an object`;
  const entries = Object.keys(value).map((key) => [key, exactMember(value, key)] as const);
  const fault = entries.map(([key, given]) => memberFault(key, given)).find((found) => found !== null);
  if (fault) return `entry ${index}: ${fault}`;
  if (!entries.some(([key]) => isColumn(key))) return `entry ${index} must have a price`;
  const { utc_start, utc_end } = value as Conditions;
  if ((utc_start !== undefined || utc_end !== undefined) && !isTimeSpan(utc_start, utc_end)) {
    return `entry ${index}: utc_start and utc_end must both be times of day such as 16:30, or timestamps`;
  }
  return entries.some(([key]) => CONDITIONS.includes(key)) ? null : `entry ${index} must have a condition`;
}

function memberFault(key: string, value: unknown): string | null {
  if (isColumn(key)) {
    if (isRounded(value)) return `${key} ${ROUNDED}`;
    const text = parseAmount(value);
    if (text === null) return `${key} must be a plain decimal`;
    const [fault] = faultsIn({ [key]: units(text) });
    return fault ? `${fault.field} ${fault.message}` : null;
  }
  switch (key) {
    case 'min_prompt_tokens':
      return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= TOKENS_MAX
        ? null
        : 'min_prompt_tokens must be an integer of at least 1';
    case 'service_tier':
      return Object.values(service_tier).includes(value as service_tier)
        ? null
        : `service_tier must be one of ${Object.values(service_tier).join(', ')}`;
    case 'utc_start':
    case 'utc_end':
      return typeof value === 'string' ? null : `${key} must be a time of day such as 16:30, or a timestamp`;
    default:
      return `${key} is not a known field`;
  }
}
