import { Card, SegmentedControl, Select, Stack, Text, Title, useMantineColorScheme } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { me } from '../api/queries.ts';
import { useFormat } from '../lib/format.ts';
import { browserTimeZone, isLocale, LOCALES, setPreferences, usePreferences } from '../lib/preferences.ts';
import { Facts } from '../ui/facts.tsx';
import { ContactCard } from '../ui/notifications/contact-card.tsx';
import { PreferencesCard } from '../ui/notifications/preferences-card.tsx';
import { Page } from '../ui/page.tsx';
import { may } from '../ui/pages.ts';

/** Each language in its own words, so that people find theirs. */
const NATIVE = { en: 'English', de: 'Deutsch' } as const;
const BROWSER = 'browser';

/** How this browser shows the dashboard, who is signed in, and what the person is told. */
export function Settings() {
  const t = useTranslations('settings');
  const { data: viewer } = useSuspenseQuery(me());
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <Card>
        <Stack maw={460}>
          <Title order={2}>{t('look')}</Title>
          <LanguageInput />
          <TimeZoneInput />
          <ColorSchemeInput />
        </Stack>
      </Card>
      <Card>
        <Title order={2} mb="sm">
          {t('session')}
        </Title>
        <SessionFacts />
      </Card>
      {may(viewer, 'notifications') && (
        <>
          <ContactCard />
          <PreferencesCard />
        </>
      )}
    </Page>
  );
}

function LanguageInput() {
  const t = useTranslations('settings');
  const { locale } = usePreferences();
  return (
    <Select
      label={t('language')}
      allowDeselect={false}
      data={[{ value: BROWSER, label: t('browser') }, ...LOCALES.map((value) => ({ value, label: NATIVE[value] }))]}
      value={locale ?? BROWSER}
      onChange={(value) => setPreferences({ locale: value !== null && isLocale(value) ? value : null })}
    />
  );
}

function TimeZoneInput() {
  const t = useTranslations('settings');
  const format = useFormat();
  const { time_zone } = usePreferences();
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')], []);
  return (
    <Select
      label={t('timeZone')}
      description={t('timeZoneHint', { time: format.minute(new Date()) })}
      searchable
      allowDeselect={false}
      limit={200}
      nothingFoundMessage={t('noZone')}
      data={[{ value: BROWSER, label: t('browserZone', { zone: browserTimeZone }) }, ...zones]}
      value={time_zone ?? BROWSER}
      onChange={(value) => setPreferences({ time_zone: value === null || value === BROWSER ? null : value })}
    />
  );
}

function ColorSchemeInput() {
  const t = useTranslations('settings');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div>
      <Text size="sm" fw={500} mb={4} id="color-scheme">
        {t('colors')}
      </Text>
      <SegmentedControl
        fullWidth
        aria-labelledby="color-scheme"
        data={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: t(`scheme.${value}`) }))}
        value={colorScheme}
        onChange={setColorScheme}
      />
    </div>
  );
}

function SessionFacts() {
  const t = useTranslations('settings');
  const format = useFormat();
  const { data: viewer } = useSuspenseQuery(me());
  return (
    <Facts
      facts={[
        [t('user'), viewer.user_id],
        [t('roles'), viewer.roles.join(', ')],
        [t('plan'), viewer.plan?.name],
        [t('scopes'), viewer.scopes === null ? null : viewer.scopes.join(', ')],
        [t('ends'), viewer.expires_at && format.minute(viewer.expires_at)],
      ]}
    />
  );
}
