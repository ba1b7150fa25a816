import type { Translate } from '../../texts/texts.ts';
import type { ApiKeyView } from '../../api/schema.gen.ts';
import { matchesCount } from '../../lib/rules.ts';

/** The limits of a key as its form has them: numbers as they are typed, lists with one entry a line. */
export interface LimitValues extends Record<string, unknown> {
  name: string;
  requests_per_minute: string;
  tokens_per_minute: string;
  allowed_models: string;
  allowed_cidrs: string;
  expires_on: string;
  brake: boolean;
}

export const NO_LIMITS: LimitValues = {
  name: '',
  requests_per_minute: '',
  tokens_per_minute: '',
  allowed_models: '',
  allowed_cidrs: '',
  expires_on: '',
  brake: true,
};

/** @returns the limits of a key for its form. @param expires_on its last day, in the person's time zone */
export const limitsOf = (key: ApiKeyView, expires_on: string): LimitValues => ({
  name: key.name,
  requests_per_minute: String(key.requests_per_minute ?? ''),
  tokens_per_minute: String(key.tokens_per_minute ?? ''),
  allowed_models: key.allowed_models.join('\n'),
  allowed_cidrs: key.allowed_cidrs.join('\n'),
  expires_on,
  brake: key.brake,
});

/** @returns what the service takes; an empty field is no limit. @param expires_at the end of the last day, or null */
export const bodyOfLimits = (values: LimitValues, expires_at: string | null) => ({
  name: values.name.trim(),
  requests_per_minute: countOf(values.requests_per_minute),
  tokens_per_minute: countOf(values.tokens_per_minute),
  allowed_models: linesOf(values.allowed_models),
  allowed_cidrs: linesOf(values.allowed_cidrs),
  expires_at,
  brake: values.brake,
});

/** @returns what the form checks before it is sent */
export const limitRules = (t: Translate) => ({
  name: (value: string) => (value.trim() === '' ? t('form.required') : null),
  requests_per_minute: matchesCount(t, { min: 1 }),
  tokens_per_minute: matchesCount(t, { min: 1 }),
});

const countOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
