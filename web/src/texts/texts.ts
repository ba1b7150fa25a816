import type { useTranslations } from 'use-intl';
import type { Locale } from '../lib/preferences.ts';
import type { enAdmin } from './en.admin.ts';
import { en } from './en.ts';

/** The texts of the dashboard. English defines the keys; each other language is one file of the same shape. */
export type Texts = typeof en & { admin: typeof enAdmin };

/** Looks a text up by its key, such as `t('overview.title')`. */
export type Translate = ReturnType<typeof useTranslations<never>>;

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Texts;
  }
}

/**
 * @returns the texts of a language; other languages than English are loaded when they are needed, and the English ones of
 *   the administration with its pages (pages/admin/texts.tsx)
 */
export async function textsOf(locale: Locale): Promise<typeof en> {
  return locale === 'de' ? (await import('./de.ts')).de : en;
}
