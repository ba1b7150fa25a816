import './app.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { allowStyleSheets } from './trusted.ts';

const RELOADED_KEY = 'tollgate.reloaded';

allowStyleSheets();
globalThis.addEventListener('vite:preloadError', () => void reloadIfDeployed());
createRoot(document.getElementById('root') as HTMLElement).render(<App />);

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
