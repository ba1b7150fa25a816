import { DE } from './texts/de.js';
import { EN } from './texts/en.js';
import type { Notice, Texts } from './texts/texts.js';
import { Format } from './format.js';
import { type Facts, type Language, LANGUAGES, type NoticeKind } from './kinds.js';

const TEXTS: Readonly<Record<Language, Texts>> = { en: EN, de: DE };

/** Returns the texts of a language. */
export const textsIn = (language: Language): Texts => TEXTS[language];

/** Returns the language that a tag such as de-AT asks for; English by default. */
export function languageOf(tag: string | null | undefined): Language {
  const primary = tag?.toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((language) => language === primary) ?? 'en';
}

/** Returns the notice of a kind in the language and the time zone of its reader. */
export function noticeOf<Kind extends NoticeKind>(
  kind: Kind,
  facts: Facts[Kind],
  reader: { readonly language: Language; readonly timezone: string },
): Notice {
  return TEXTS[reader.language].notices[kind](facts, new Format(reader.language, reader.timezone));
}
