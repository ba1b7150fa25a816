import { Group, Select, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { jobRuns, jobSchedules } from '../../../api/admin/jobs.ts';
import type { JobRunView } from '../../../api/schema.gen.ts';
import { defined } from '../../../lib/defined.ts';
import { useFormat } from '../../../lib/format.ts';
import { oneOf } from '../../../lib/search.ts';
import { ClearFilters } from '../../../ui/filters.tsx';
import type { Column } from '../../../ui/column.ts';
import { ListTable } from '../../../ui/list-table.tsx';
import { OpenButton } from '../../../ui/open-button.tsx';
import { Empty } from '../../../ui/states.tsx';
import { StatusBadge, type Tone } from '../../../ui/status-badge.tsx';

const route = getRouteApi('/shell/admin/jobs');
const STATES = [
  'failed',
  'retry',
  'active',
  'created',
  'completed',
  'cancelled',
] as const satisfies JobRunView['state'][];

export const RUN_TONES: Record<JobRunView['state'], Tone> = {
  created: 'neutral',
  retry: 'waiting',
  active: 'waiting',
  completed: 'good',
  cancelled: 'neutral',
  failed: 'bad',
};

/** Runs of all jobs, or of one. */
export function JobRuns() {
  const t = useTranslations('admin.jobs');
  const { queue, state } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...next }), replace: true });
  const { data: jobs = [] } = useQuery(jobSchedules());
  const query = useInfiniteQuery(jobRuns({ queue, state: oneOf(STATES, state) }));
  return (
    <>
      <Group p="md" gap="sm" role="search" aria-label={t('filter')}>
        <Select
          aria-label={t('job')}
          placeholder={t('anyJob')}
          clearable
          searchable
          data={jobs.map(({ name }) => name)}
          value={queue ?? null}
          onChange={(value) => change({ queue: value ?? undefined })}
          flex="0 1 260px"
        />
        <Select
          aria-label={t('state')}
          placeholder={t('anyState')}
          clearable
          data={STATES.map((value) => ({ value, label: t(`states.${value}`) }))}
          value={state ?? null}
          onChange={(value) => change({ state: value ?? undefined })}
          flex="0 1 200px"
        />
        <ClearFilters
          isShown={queue !== undefined || state !== undefined}
          onClear={() => change({ queue: undefined, state: undefined })}
        />
      </Group>
      <ListTable
        label={t('tabs.runs')}
        query={query}
        columns={useColumns()}
        rowId={({ id }) => id}
        onOpen={(run) => void navigate({ search: (now) => ({ ...now, run: `${run.queue}/${run.id}` }) })}
        empty={<Empty title={t('noRuns')} text={t('noRunsText')} />}
      />
    </>
  );
}

function useColumns(): Column<JobRunView>[] {
  const t = useTranslations('admin.jobs');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'queue',
        header: t('job'),
        cell: ({ queue, error }) => (
          <div className="clip">
            <OpenButton>{queue}</OpenButton>
            {error !== null && (
              <Text size="xs" c="dimmed" truncate>
                {error}
              </Text>
            )}
          </div>
        ),
      },
      {
        id: 'state',
        header: t('state'),
        cell: ({ state }) => <StatusBadge tone={RUN_TONES[state]}>{t(`states.${state}`)}</StatusBadge>,
      },
      {
        id: 'tries',
        header: t('tries'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ tries, tries_max }) => t('triesOf', { tries, max: tries_max }),
      },
      {
        id: 'created',
        header: t('created'),
        isNumber: true,
        isWideOnly: true,
        cell: (row) => format.minute(row.created_at),
      },
      {
        id: 'ended',
        header: t('ended'),
        isNumber: true,
        cell: ({ completed_at }) => (completed_at === null ? '–' : format.minute(completed_at)),
      },
    ],
    [t, format],
  );
}
