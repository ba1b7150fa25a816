import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useEffect, useMemo, useState, type ReactNode } from 'react';
import { IntlProvider, useTranslations } from 'use-intl';
import { queries } from './api/cache.ts';
import { dashboardConfig } from './auth/config.ts';
import { type Locale, locale, timeZone, usePreferences } from './lib/preferences.ts';
import { router } from './routes.tsx';
import type { en } from './texts/en.ts';
import { textsOf } from './texts/texts.ts';
import { cssVariables, themeOf } from './theme.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

interface LanguageTexts {
  locale: Locale;
  texts: typeof en;
}

/** The dashboard. @param first the texts to begin with */
export function App({ first }: { first: LanguageTexts }) {
  return (
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Language first={first}>
          <Look>
            <RouterProvider router={router} />
          </Look>
        </Language>
      </QueryClientProvider>
    </StrictMode>
  );
}

/** The texts in the person's language, which can change (settings). */
function Language({ first, children }: { first: LanguageTexts; children: ReactNode }) {
  const { locale: chosen } = usePreferences();
  const wanted = useMemo(() => locale(), [chosen]); // eslint-disable-line react-hooks/exhaustive-deps -- read through the preferences
  const [loaded, setLoaded] = useState(first);
  useEffect(() => {
    document.documentElement.lang = wanted;
    let isCurrent = true;
    void textsOf(wanted).then((texts) => isCurrent && setLoaded({ locale: wanted, texts }));
    return () => {
      isCurrent = false;
    };
  }, [wanted]);
  return (
    <IntlProvider locale={loaded.locale} messages={loaded.texts} timeZone={timeZone()}>
      {children}
    </IntlProvider>
  );
}

/** Theme with the operator's accent color. */
function Look({ children }: { children: ReactNode }) {
  const { accent } = dashboardConfig.brand;
  const close = useTranslations('state')('close');
  const theme = useMemo(() => themeOf(accent, close), [accent, close]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      {children}
    </MantineProvider>
  );
}
