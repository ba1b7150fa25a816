import { amount, type Units } from './amount.js';
import type { Day } from './calendar.js';

/*
 * Amounts and days in sentences for people. The exact values are in the fields beside the sentence.
 */

/** Cents are cut, as in the dashboard: nobody has more than is shown. */
const CUT = { roundingMode: 'trunc' } as const;
const WHOLE_OR_CENTS = {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  trailingZeroDisplay: 'stripIfInteger',
} as const;
const CENTS = new Intl.NumberFormat('en-US', { ...CUT, ...WHOLE_OR_CENTS });
/** Below one cent, two digits say more than 0.00 does. */
const SMALL = new Intl.NumberFormat('en-US', { ...CUT, maximumSignificantDigits: 2 });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const ONE_CENT: Units = 10n ** 8n;

/** Formats credits as people write them: 60, 1,234.50, 0.0012. */
export function creditsText(value: Units): string {
  const magnitude = value < 0n ? -value : value;
  const format = magnitude === 0n || magnitude >= ONE_CENT ? CENTS : SMALL;
  return format.format(amount(value) as Intl.StringNumericLiteral);
}

/** Formats a day as people write it: 9 December 2026. */
export const dayText = (day: Day): string => DAY.format(new Date(`${day}T00:00:00Z`));
