import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { jobSchedules } from '../../../api/admin/jobs.ts';
import { api } from '../../../api/client.ts';
import type { JobView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { RUN_TONES } from './job-runs.tsx';

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
            <Text size="xs" c="dimmed" maw={220} truncate title={error}>
              {error}
            </Text>
          )}
        </div>
      ),
    },
    {
      id: 'cron',
      header: t('schedule'),
      isWideOnly: true,
      cell: ({ cron, next_run_at }) => (
        <div className="nowrap">
          {cron ?? t('onDemand')}
          {next_run_at !== null && (
            <Text size="xs" c="dimmed">
              {t('next', { time: format.relative(next_run_at) })}
            </Text>
          )}
        </div>
      ),
    },
    {
      id: 'last',
      header: t('lastRun'),
      isNumber: true,
      cell: (job) => (
        <div className="nowrap">
          <LastRun job={job} />
        </div>
      ),
    },
    {
      id: 'waiting',
      header: t('waiting'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ waiting }) => format.count(waiting),
    },
    {
      id: 'failed',
      header: t('failed'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ failed }) =>
        failed === 0 ? format.count(0) : <StatusBadge tone="bad">{format.count(failed)}</StatusBadge>,
    },
    { id: 'run', header: t('run'), cell: ({ name, cron }) => cron !== null && <RunNow name={name} /> },
  ];
}

/** When the job ran last and how that ended, or since when it is running. */
function LastRun({ job: { last_run_at, last_state, running_since } }: { job: JobView }) {
  const t = useTranslations('admin.jobs');
  const format = useFormat();
  if (running_since !== null) {
    return <StatusBadge tone="waiting">{t('runningSince', { time: format.relative(running_since) })}</StatusBadge>;
  }
  if (last_run_at === null || last_state === null) return '–';
  const time = format.relative(last_run_at);
  if (last_state === 'completed') return time;
  return (
    <>
      <StatusBadge tone={RUN_TONES[last_state]}>{t(`states.${last_state}`)}</StatusBadge>
      <Text size="xs" c="dimmed">
        {time}
      </Text>
    </>
  );
}

function RunNow({ name }: { name: string }) {
  const t = useTranslations('admin.jobs');
  return (
    <ConfirmedAction
      label={t('run')}
      question={t('runQuestion', { job: name })}
      done={t('enqueued')}
      button={{ size: 'compact-xs' }}
      action={() => api.POST('/api/v1/admin/jobs/{queue}/run', { params: { path: { queue: name } } })}
    />
  );
}
