import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { allowStyleSheets } from './trusted.ts';

allowStyleSheets();
createRoot(document.getElementById('root') as HTMLElement).render(<App />);
