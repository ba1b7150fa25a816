import { useTranslations } from 'use-intl';
import type { Texts } from '../texts/texts.ts';

/** Sections of texts that name values of the API. */
type Section = 'transactionType' | 'grantSource' | 'measure' | 'serviceTier' | 'scope';

/** @returns names values of the API as people write them; a value that the texts do not know yet stays as it is */
export function useWords(section: Section): (value: string) => string {
  const t = useTranslations();
  return (value) => {
    const key = `${section}.${value}` as `measure.${keyof Texts['measure']}`;
    return t.has(key) ? t(key) : value.replaceAll('_', ' ');
  };
}
