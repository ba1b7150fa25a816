import { Card, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { scheduledGrants } from '../../../api/admin/bulk.ts';
import type { ScheduledGrantView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { Amount } from '../../../ui/amount.tsx';
import type { Column } from '../../../ui/column.ts';
import { ListTable } from '../../../ui/list-table.tsx';
import { OpenButton } from '../../../ui/open-button.tsx';
import { Empty } from '../../../ui/states.tsx';
import { StatusBadge, type Tone } from '../../../ui/status-badge.tsx';

export const SCHEDULE_TONES: Record<ScheduledGrantView['state'], Tone> = {
  active: 'good',
  paused: 'waiting',
  ended: 'neutral',
};

/** The scheduled grants. */
export function ScheduledGrants({ onOpen }: { onOpen: (id: string) => void }) {
  const t = useTranslations('admin.bulk.schedules');
  const query = useInfiniteQuery(scheduledGrants());
  return (
    <Card padding={0}>
      <ListTable
        label={t('title')}
        query={query}
        columns={useColumns()}
        rowId={({ id }) => id}
        onOpen={({ id }) => onOpen(id)}
        empty={<Empty title={t('none')} text={t('noneText')} />}
      />
    </Card>
  );
}

function useColumns(): Column<ScheduledGrantView>[] {
  const t = useTranslations('admin.bulk.schedules');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('name'),
        cell: ({ name, user_id, tier }) => (
          <div className="clip">
            <OpenButton>{name}</OpenButton>
            <Text size="xs" c="dimmed" truncate>
              {tier === null ? user_id : t('ofPlan', { plan: tier })}
            </Text>
          </div>
        ),
      },
      { id: 'amount', header: t('amount'), isNumber: true, cell: ({ amount }) => <Amount value={amount} /> },
      { id: 'every', header: t('every'), isWideOnly: true, cell: ({ every }) => t(`intervals.${every}`) },
      {
        id: 'next',
        header: t('next'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ next_run_at }) => (next_run_at === null ? '–' : format.minute(next_run_at)),
      },
      {
        id: 'last',
        header: t('last'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ last_run }) =>
          last_run === null
            ? '–'
            : t('progress', { done: last_run.granted + last_run.skipped, all: last_run.accounts }),
      },
      {
        id: 'state',
        header: t('state'),
        cell: ({ state }) => <StatusBadge tone={SCHEDULE_TONES[state]}>{t(`states.${state}`)}</StatusBadge>,
      },
    ],
    [t, format],
  );
}
