import './app.css';
import { session } from './auth/session.ts';
import { loadFormats } from './lib/format.ts';
import { locale } from './lib/preferences.ts';
import { startPage } from './preload.ts';
import { languages } from './texts/languages.ts';

/*
 * The first script of a page. It is small: it asks the service for what the page shows while the application is still on
 * its way.
 */

const RELOADED_KEY = 'tollgate.reloaded';

globalThis.addEventListener('vite:preloadError', () => void reloadIfDeployed());
if (session() !== null) startPage(location);
const language = locale();
if (language !== 'en') languages[language]().catch(() => undefined); // main.tsx asks again
void import('./main.tsx');
setTimeout(loadFormats); // after the requests have been sent

/**
 * After a deployment the chunks of an open page are gone: reloads it, once per version. While the service is away the page
 * stays, with everything that was typed.
 */
async function reloadIfDeployed(): Promise<void> {
  if (sessionStorage.getItem(RELOADED_KEY) === import.meta.url) return;
  const isThere = await fetch('/app/config.json').then(
    ({ ok }) => ok,
    () => false,
  );
  if (!isThere) return;
  sessionStorage.setItem(RELOADED_KEY, import.meta.url);
  location.reload();
}
