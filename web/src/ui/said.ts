import { useTranslations } from 'use-intl';
import type { AmountText } from '../lib/amount.ts';
import { type Format, useFormat } from '../lib/format.ts';

const AMOUNT = /^-?\d+\.\d+$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT/;

/**
 * @returns says what the service says, in the person's language: by the key of the text and the figures beside the
 *   sentence. English, and a language without that text, have the service's own sentence.
 */
export function useSaid(): (key: string, figures: Record<string, unknown>, original: string) => string {
  const t = useTranslations();
  const format = useFormat();
  return (key, figures, original) => {
    const known = key as 'state.failed';
    return t.has(known) ? t(known, written(figures, format) as never) : original;
  };
}

/** Amounts, days and instants as people write them. */
function written(figures: Record<string, unknown>, format: Format): Record<string, unknown> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, asWritten(value, format)]));
}

function asWritten(value: unknown, format: Format): unknown {
  if (typeof value !== 'string') return value;
  if (AMOUNT.test(value)) return format.cents(value as AmountText);
  if (DAY.test(value)) return format.calendarDay(value);
  return INSTANT.test(value) ? format.minute(value) : value;
}
