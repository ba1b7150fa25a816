import { Button, Card, Group, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import type { MarkupScope } from '../../../api/schema.gen.ts';
import { matches } from '../../../lib/rules.ts';
import { AmountInput } from '../../../ui/fields.tsx';
import { ProblemAlert } from '../../../ui/states.tsx';
import { MatchInput } from './match-input.tsx';
import { MARKUP_SCOPES } from './rule-form.tsx';
import { WhatIfResult } from './what-if-result.tsx';

const DAYS = ['7', '30', '90', '365'] as const;

interface Change {
  scope: MarkupScope | 'all';
  match: string;
  percent: string;
}

/** The change as POST /pricing/preview reads it, such as `model:openai/gpt-4o=20%`. */
function ruleOf({ scope, match, percent }: Change): string {
  const rate = `${percent.trim()}%`;
  if (scope === 'all') return rate;
  return scope === 'class' ? `${match}=${rate}` : `${scope}:${match.trim()}=${rate}`;
}

function useWhatIfForm() {
  const texts = useTranslations();
  return useForm({
    initialValues: { changes: [{ scope: 'all', match: '', percent: '' }] as Change[], days: '30' },
    validate: {
      changes: {
        match: (value, { changes }, path) =>
          changes[Number(path.split('.')[1])]?.scope === 'all' || value.trim() !== '' ? null : texts('form.required'),
        percent: matches({ required: true, decimal: true }, texts),
      },
    },
  });
}

/** Recomputes past work under other markups. Changes nothing. */
export function WhatIf() {
  const t = useTranslations('admin.prices.whatIf');
  const form = useWhatIfForm();
  const preview = useMutation({
    mutationFn: ({ changes, days }: { changes: Change[]; days: string }) =>
      bodyOf(api.POST('/api/v1/pricing/preview', { body: { markup: changes.map(ruleOf), days: Number(days) } })),
  });
  const { changes } = form.getValues();
  return (
    <Card>
      <Title order={2}>{t('title')}</Title>
      <Text size="sm" c="dimmed" mb="md">
        {t('text')}
      </Text>
      <form noValidate aria-label={t('title')} onSubmit={form.onSubmit((values) => preview.mutate(values))}>
        <Stack>
          {changes.map((change, at) => (
            <ChangeRow key={at} form={form} change={change} at={at} isOnly={changes.length === 1} />
          ))}
          <Group justify="space-between" align="end">
            <Button
              variant="subtle"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => form.insertListItem('changes', { scope: 'class', match: '', percent: '' })}
            >
              {t('addChange')}
            </Button>
            <Group align="end">
              <Select
                label={t('days')}
                allowDeselect={false}
                data={DAYS.map((value) => ({ value, label: t('lastDays', { days: Number(value) }) }))}
                {...form.getInputProps('days')}
                w={170}
              />
              <Button type="submit" loading={preview.isPending}>
                {t('submit')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
      {preview.error && <ProblemAlert error={preview.error} />}
      {preview.data && <WhatIfResult result={preview.data} />}
    </Card>
  );
}

interface ChangeRowProps {
  form: ReturnType<typeof useWhatIfForm>;
  change: Change;
  at: number;
  isOnly: boolean;
}

function ChangeRow({ form, change, at, isOnly }: ChangeRowProps) {
  const t = useTranslations('admin.prices.whatIf');
  const terms = useTranslations();
  const scopes = [
    { value: 'all', label: t('everyPaidClass') },
    ...MARKUP_SCOPES.map((value) => ({ value, label: terms(`markupScope.${value}`) })),
  ];
  return (
    <Group align="end" gap="sm">
      <SimpleGrid cols={{ base: 1, xs: change.scope === 'all' ? 2 : 3 }} flex={1}>
        <Select
          label={t('scope')}
          allowDeselect={false}
          data={scopes}
          value={change.scope}
          onChange={(scope) =>
            form.setFieldValue(`changes.${at}`, { ...change, scope: (scope ?? 'all') as Change['scope'], match: '' })
          }
        />
        {change.scope !== 'all' && (
          <MatchInput label={t('match')} scope={change.scope} {...form.getInputProps(`changes.${at}.match`)} />
        )}
        <AmountInput label={t('percent')} rightSection="%" {...form.getInputProps(`changes.${at}.percent`)} />
      </SimpleGrid>
      {!isOnly && (
        <Button
          variant="default"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => form.removeListItem('changes', at)}
        >
          {t('remove')}
        </Button>
      )}
    </Group>
  );
}
