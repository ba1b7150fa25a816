import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { jobSchedules } from '../../../api/admin/jobs.ts';
import type { JobView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';

/** The jobs with their schedules; each leads to its runs. */
export function JobSchedules() {
  const t = useTranslations('admin.jobs');
  const query = useQuery(jobSchedules());
  const columns = useColumns();
  return (
    <Loaded query={query} height={560}>
      {(jobs) => (
        <SmallTable
          label={t('tabs.schedules')}
          rows={jobs}
          columns={columns}
          rowId={({ name }) => name}
          empty={<Empty title={t('noJobs')} text={t('noJobsText')} />}
        />
      )}
    </Loaded>
  );
}

function useColumns(): Column<JobView>[] {
  const t = useTranslations('admin.jobs');
  const format = useFormat();
  return [
    {
      id: 'name',
      header: t('job'),
      cell: ({ name, error }) => (
        <div className="clip">
          <Link to="/admin/jobs" search={{ tab: 'runs', queue: name }} className="plain-link">
            {name}
          </Link>
          {error !== null && (
            <Text size="xs" c="dimmed" truncate title={error}>
              {error}
            </Text>
          )}
        </div>
      ),
    },
    { id: 'cron', header: t('schedule'), isWideOnly: true, cell: ({ cron }) => cron ?? t('onDemand') },
    {
      id: 'next',
      header: t('next'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ next_run_at }) => (next_run_at === null ? '–' : format.relative(next_run_at)),
    },
    {
      id: 'last',
      header: t('lastSuccess'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ succeeded_at }) => (succeeded_at === null ? t('unknown') : format.relative(succeeded_at)),
    },
    { id: 'waiting', header: t('waiting'), isNumber: true, cell: ({ waiting }) => format.count(waiting) },
    {
      id: 'failed',
      header: t('failed'),
      isNumber: true,
      cell: ({ failed }) =>
        failed === 0 ? format.count(0) : <StatusBadge tone="bad">{format.count(failed)}</StatusBadge>,
    },
  ];
}
