import { useSyncExternalStore } from 'react';
import { temporal } from './temporal.ts';

/** What a person chose for this browser. Nothing secret: it is kept in localStorage. */
export interface Preferences {
  /** Language of the texts; null follows the browser. */
  locale: Locale | null;
  /** IANA time zone of charts, days and times; null follows the browser. */
  time_zone: string | null;
}

export const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];

const KEY = 'tollgate.preferences';
const listeners = new Set<() => void>();
let current: Preferences = restored();

function restored(): Preferences {
  try {
    const { locale, time_zone } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;
    return {
      locale: typeof locale === 'string' && isLocale(locale) ? locale : null,
      time_zone: typeof time_zone === 'string' && isTimeZone(time_zone) ? time_zone : null,
    };
  } catch {
    return { locale: null, time_zone: null }; // somebody else's text under our key
  }
}

/** Whether the browser knows a time zone. One that it does not know would fail each time that is shown. */
function isTimeZone(name: string): boolean {
  return isUsable(() => temporal?.Now.plainDateISO(name) ?? new Intl.DateTimeFormat('en', { timeZone: name }));
}

function isUsable(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

export const preferences = (): Preferences => current;

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  localStorage.setItem(KEY, JSON.stringify(current));
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, preferences);
}

const reported = temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
export const browserTimeZone = isTimeZone(reported) ? reported : 'UTC';

/** The languages of the browser, without tags that are none: Chromium says `en-US@posix` where the system has no language. */
const languages = navigator.languages.filter((tag) => isUsable(() => Intl.getCanonicalLocales(tag)));

/** @returns the chosen time zone, else that of the browser */
export const timeZone = (): string => current.time_zone ?? browserTimeZone;

/** @returns the chosen language, else the first one of the browser that there is, else English */
export function locale(): Locale {
  const wanted = current.locale ?? languages.map((tag) => tag.slice(0, 2)).find(isLocale);
  return wanted ?? 'en';
}

/** @returns the tag for numbers and dates: the browser's regional form of the language where it has one */
export function regionalLocale(): string {
  const language = locale();
  return languages.find((tag) => tag.startsWith(language)) ?? language;
}

export function isLocale(text: string): text is Locale {
  return (LOCALES as readonly string[]).includes(text);
}
