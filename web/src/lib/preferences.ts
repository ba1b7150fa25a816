import { useSyncExternalStore } from 'react';

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
  const none: Preferences = { locale: null, time_zone: null };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    return none; // somebody else's text under our key
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

export const browserTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @returns the chosen time zone, else that of the browser */
export const timeZone = (): string => current.time_zone ?? browserTimeZone;

/** @returns the chosen language, else the first one of the browser that there is, else English */
export function locale(): Locale {
  const wanted = current.locale ?? navigator.languages.map((tag) => tag.slice(0, 2)).find(isLocale);
  return wanted ?? 'en';
}

/** @returns the tag for numbers and dates: the browser's regional form of the language where it has one */
export function regionalLocale(): string {
  const language = locale();
  return navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
}

export function isLocale(text: string): text is Locale {
  return (LOCALES as readonly string[]).includes(text);
}
