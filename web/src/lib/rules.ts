import type { Translate } from '../texts/texts.ts';

/** What openapi.json requires of a field (web/generate.ts). */
export interface Rule {
  required?: boolean;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  decimal?: boolean;
}

const DECIMAL = /^\d{1,20}(\.\d{1,10})?$/;

/**
 * Checks a field as the API does, before it is sent.
 *
 * @param hint what a person reads where the text does not match the pattern; fields without one need none
 * @returns a validator for @mantine/form: null, or the message
 */
export function matches(rule: Rule, t: Translate, hint = ''): (value: string) => string | null {
  const pattern = rule.pattern === undefined ? null : new RegExp(rule.pattern);
  return (value) => {
    const text = value.trim();
    if (text === '') return rule.required ? t('form.required') : null;
    if (rule.maxLength !== undefined && text.length > rule.maxLength) return t('form.tooLong', { max: rule.maxLength });
    if (rule.minLength !== undefined && text.length < rule.minLength)
      return t('form.tooShort', { min: rule.minLength });
    if (rule.decimal && !DECIMAL.test(text)) return t('form.amount');
    return pattern && !pattern.test(text) ? hint : null;
  };
}

/** @returns a validator for a whole number of at least `min`; empty is allowed where it means "no limit" */
export function matchesCount(
  t: Translate,
  { min = 0, isRequired = false }: { min?: number; isRequired?: boolean } = {},
): (value: string) => string | null {
  return (value) => {
    const text = value.trim();
    if (text === '') return isRequired ? t('form.required') : null;
    return /^\d{1,9}$/.test(text) && Number(text) >= min ? null : t('form.count', { min });
  };
}
