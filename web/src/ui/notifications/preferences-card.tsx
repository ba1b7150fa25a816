import { Card, Checkbox, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useMemo } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { changeNotificationPreferences, inbox, notificationPreferences } from '../../api/notifications.ts';
import type { PreferencesBody, PreferencesView } from '../../api/schema.gen.ts';
import { Loaded, ProblemAlert } from '../states.tsx';
import { ThresholdForm } from './threshold-form.tsx';

const NATIVE = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
];

/** What the person wants to be told, by mail and in the inbox. Each change is stored at once. */
export function PreferencesCard() {
  const t = useTranslations('notificationPreferences');
  return (
    <Card>
      <Stack>
        <div>
          <Title order={2}>{t('title')}</Title>
          <Text size="sm" c="dimmed">
            {t('subtitle')}
          </Text>
        </div>
        <Loaded query={useQuery(notificationPreferences())} height={480}>
          {(preferences) => <Choices preferences={preferences} />}
        </Loaded>
      </Stack>
    </Card>
  );
}

function Choices({ preferences }: { preferences: PreferencesView }) {
  const t = useTranslations('notificationPreferences');
  const queries = useQueryClient();
  const zones = useMemo(
    () => [...new Set(['UTC', preferences.timezone, ...Intl.supportedValuesOf('timeZone')])],
    [preferences.timezone],
  );
  const change = useMutation<PreferencesView, Error, Partial<PreferencesBody>>({
    mutationFn: ({ language = preferences.language, timezone = preferences.timezone, kinds = [] }) =>
      changeNotificationPreferences({ language, timezone, kinds }),
    onSuccess: async (changed) => {
      queries.setQueryData(notificationPreferences().queryKey, changed);
      await queries.invalidateQueries({ queryKey: inbox().queryKey });
    },
  });
  return (
    <>
      <Stack maw={460}>
        <Select
          label={t('language')}
          allowDeselect={false}
          data={NATIVE}
          value={preferences.language}
          onChange={(language) => change.mutate({ language: language === 'de' ? 'de' : 'en' })}
        />
        <Select
          searchable
          allowDeselect={false}
          limit={200}
          data={zones}
          label={t('timeZone')}
          description={t('timeZoneHint')}
          value={preferences.timezone}
          onChange={(timezone) => change.mutate({ timezone: timezone ?? 'UTC' })}
        />
        <ThresholdForm {...preferences} />
      </Stack>
      {change.error && <ProblemAlert error={change.error} />}
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('kind')}</Table.Th>
            <Table.Th ta="center">{t('mail')}</Table.Th>
            <Table.Th ta="center">{t('inbox')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preferences.kinds.map(({ kind, name, mail, inbox: in_inbox, has_mail_choice }) => (
            <Table.Tr key={kind}>
              <Table.Th fw={400}>{name}</Table.Th>
              <Table.Td>
                <Checkbox
                  className="centered"
                  aria-label={t('mailOf', { name })}
                  checked={mail}
                  disabled={!has_mail_choice}
                  onChange={() => change.mutate({ kinds: [{ kind, mail: !mail, inbox: in_inbox }] })}
                />
              </Table.Td>
              <Table.Td>
                <Checkbox
                  className="centered"
                  aria-label={t('inboxOf', { name })}
                  checked={in_inbox}
                  onChange={() => change.mutate({ kinds: [{ kind, mail, inbox: !in_inbox }] })}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed">
        {t('fixed')}
      </Text>
    </>
  );
}
