import { MantineProvider } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useEffect, useMemo, useState, type ReactNode } from 'react';
import { IntlProvider, useTranslations } from 'use-intl';
import { Problem } from './api/problem.ts';
import { dashboardConfig } from './auth/config.ts';
import { locale, timeZone, usePreferences } from './lib/preferences.ts';
import { createAppRouter } from './routes.tsx';
import { en } from './texts/en.ts';
import { textsOf } from './texts/texts.ts';
import { cssVariables, themeOf } from './theme.ts';

const STALE_MS = 30_000;
const RETRIES = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      retry: (failures, error) => failures < RETRIES && !(error instanceof Problem && error.is_final),
    },
  },
});
const router = createAppRouter(queries);
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

export function App() {
  return (
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Language>
          <Look>
            <RouterProvider router={router} context={{ queries }} />
          </Look>
        </Language>
      </QueryClientProvider>
    </StrictMode>
  );
}

/** The texts in the person's language. English is there from the start; others follow. */
function Language({ children }: { children: ReactNode }) {
  const { locale: chosen } = usePreferences();
  const wanted = useMemo(() => locale(), [chosen]); // eslint-disable-line react-hooks/exhaustive-deps -- read through the preferences
  const [loaded, setLoaded] = useState({ locale: 'en' as typeof wanted, texts: en });
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
      <DatesProvider settings={{ locale: loaded.locale, firstDayOfWeek: 1 }}>{children}</DatesProvider>
    </IntlProvider>
  );
}

/** Theme with the operator's accent color. */
function Look({ children }: { children: ReactNode }) {
  const { data: config } = useQuery(dashboardConfig());
  const accent = config?.brand.accent ?? null;
  const close = useTranslations('state')('close');
  const theme = useMemo(() => themeOf(accent, close), [accent, close]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <Notifications position="bottom-right" />
      {children}
    </MantineProvider>
  );
}
