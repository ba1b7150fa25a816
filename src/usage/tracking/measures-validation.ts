import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { usage_unit } from '../../generated/prisma/enums.js';
import { amount, isRounded, parseAmount, ROUNDED, units } from '../../platform/values/amount.js';
import { exactMember } from '../../platform/values/json-numbers.js';
import { isUnit } from '../../pricing/rating/quantities.js';

/** Validates an object of counts by unit, such as `{"query": 2}`, and normalizes the counts to decimal strings. */
export function IsMeasures(): PropertyDecorator {
  return applyDecorators(
    // Boolean is the only type for which class-transformer neither descends into the object nor calls its methods
    Type(() => Boolean),
    Transform(
      ({ obj, key }: { obj: Record<string, unknown>; key: string }) => {
        const value = obj[key];
        return faultOf(value) === null ? canonical(value as object) : value;
      },
      { toClassOnly: true },
    ),
    ValidateBy({
      name: 'isMeasures',
      validator: {
        validate: (value: unknown) => faultOf(value) === null,
        defaultMessage: (args) => `measures ${faultOf(args?.value) ?? ''}`,
      },
    }),
  );
}

const canonical = (measures: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(measures)
      .map(([unit, count]) => [unit, amount(units(parseAmount(count) ?? '0'))] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

function faultOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object of counts by unit';
  for (const unit of Object.keys(value)) {
    const count = exactMember(value, unit);
    if (!isUnit(unit))
      return `must use known units: ${unit.slice(0, 40)} is not one of ${Object.keys(usage_unit).join(', ')}`;
    if (isRounded(count)) return `must contain counts: ${unit} ${ROUNDED}`;
    const text = parseAmount(count);
    if (text === null || units(text) < 0n) return `must contain counts: ${unit} is not a plain decimal of at least 0`;
  }
  return null;
}
