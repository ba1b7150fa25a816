import type { useTranslations } from 'use-intl';
import type { Caveat, InsightView, RecommendationKind } from '../api/schema.gen.ts';
import type { Locale } from '../lib/preferences.ts';
import type { enAdmin } from './en.admin.ts';
import { en } from './en.ts';
import { languages } from './languages.ts';

/** The texts of the dashboard. English defines the keys; each other language is one file of the same shape. */
export type Texts = typeof en & { admin: typeof enAdmin };

/** The sentences that the service itself says in English: its refusals by code, its insights and recommendations by kind. */
interface ServiceTexts {
  problem: Record<string, string>;
  insight: Record<InsightView['kind'], Record<'title' | 'message' | 'suggestion', string>>;
  recommendation: Record<RecommendationKind, Record<'title' | 'message', string>>;
  caveat: Record<Caveat, string>;
}

/** Another language: the texts of the dashboard, and what the service says. */
export type Translation = Texts & ServiceTexts;

/** Looks a text up by its key, such as `t('overview.title')`. */
export type Translate = ReturnType<typeof useTranslations<never>>;

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Texts;
  }
}

/**
 * @returns the texts of a language; the English ones of the administration are loaded with its pages
 *   (pages/admin/texts.tsx)
 */
export async function textsOf(locale: Locale): Promise<typeof en> {
  return locale === 'en' ? en : languages[locale]();
}
