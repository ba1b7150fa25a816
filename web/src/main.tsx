import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { locale } from './lib/preferences.ts';
import { en } from './texts/en.ts';
import { textsOf } from './texts/texts.ts';
import { allowStyleSheets } from './trusted.ts';

allowStyleSheets();
const language = locale();
const root = createRoot(document.getElementById('root') as HTMLElement);
// English, if the texts of the language do not arrive
void textsOf(language).then(
  (texts) => root.render(<App first={{ locale: language, texts }} />),
  () => root.render(<App first={{ locale: 'en', texts: en }} />),
);
