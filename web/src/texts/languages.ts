import type { Locale } from '../lib/preferences.ts';
import type { Translation } from './texts.ts';

/** The texts of other languages than English, each loaded when it is needed. */
export const languages: Record<Exclude<Locale, 'en'>, () => Promise<Translation>> = {
  de: async () => (await import('./de.ts')).de,
};
