import { Outlet } from '@tanstack/react-router';
import { useMemo } from 'react';
import { IntlProvider, useLocale, useMessages } from 'use-intl';
import { timeZone } from '../../lib/preferences.ts';
import { enAdmin } from '../../texts/en.admin.ts';
import type { Texts } from '../../texts/texts.ts';

/** The pages of the administration, with their English texts where the language has none of its own. */
export function AdminTexts() {
  const locale = useLocale();
  const messages: Partial<Texts> = useMessages();
  const all = useMemo(() => ({ admin: enAdmin, ...messages }), [messages]);
  return (
    <IntlProvider locale={locale} timeZone={timeZone()} messages={all}>
      <Outlet />
    </IntlProvider>
  );
}
