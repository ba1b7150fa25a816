import './app.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { allowStyleSheets } from './trusted.ts';

const RELOADED_KEY = 'tollgate.reloaded';

allowStyleSheets();

// After a deployment the chunks of an open page are gone: reload it, once per version.
globalThis.addEventListener('vite:preloadError', (event) => {
  if (sessionStorage.getItem(RELOADED_KEY) === import.meta.url) return;
  sessionStorage.setItem(RELOADED_KEY, import.meta.url);
  event.preventDefault();
  location.reload();
});

createRoot(document.getElementById('root') as HTMLElement).render(<App />);
