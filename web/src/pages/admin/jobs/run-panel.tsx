import { Alert, Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { jobRun } from '../../../api/admin/jobs.ts';
import { api } from '../../../api/client.ts';
import type { JobRunDetailView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { JsonBlock } from '../../../ui/json-block.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { Loaded } from '../../../ui/states.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { RUN_TONES } from './job-runs.tsx';

/** One run of a job: what it was about, why it failed; retry a failed one, cancel a waiting one. */
export function RunPanel({ queue, id, onClose }: { queue: string; id: string; onClose: () => void }) {
  const query = useQuery(jobRun(queue, id));
  return (
    <SidePanel size="lg" isOpen onClose={onClose} title={queue}>
      <Loaded query={query} height={480}>
        {(run) => <Run run={run} />}
      </Loaded>
    </SidePanel>
  );
}

function Run({ run }: { run: JobRunDetailView }) {
  const t = useTranslations('admin.jobs');
  const format = useFormat();
  const time = (value: string | null) => value !== null && format.second(value);
  return (
    <Stack gap="lg">
      {run.error !== null && <Alert color="red">{run.error}</Alert>}
      <Decision run={run} />
      <Facts
        facts={[
          [
            t('state'),
            <StatusBadge key="state" tone={RUN_TONES[run.state]}>
              {t(`states.${run.state}`)}
            </StatusBadge>,
          ],
          [t('tries'), t('triesOf', { tries: run.tries, max: run.tries_max })],
          [t('created'), time(run.created_at)],
          [t('startAfter'), time(run.start_after)],
          [t('started'), time(run.started_at) || '–'],
          [t('ended'), time(run.completed_at) || '–'],
          [t('id'), run.id],
        ]}
      />
      <section>
        <Title order={3} mb="xs">
          {t('data')}
        </Title>
        <JsonBlock label={t('data')} value={run.data} />
      </section>
      {run.result !== null && (
        <section>
          <Title order={3} mb="xs">
            {t('result')}
          </Title>
          <JsonBlock label={t('result')} value={run.result} />
        </section>
      )}
    </Stack>
  );
}

function Decision({ run: { queue, id, state } }: { run: JobRunDetailView }) {
  const t = useTranslations('admin.jobs');
  const params = { path: { queue, id } };
  if (state === 'failed')
    return (
      <Group justify="end">
        <ConfirmedAction
          label={t('retry')}
          question={t('retryQuestion', { job: queue })}
          done={t('retried')}
          action={() => api.POST('/api/v1/admin/jobs/{queue}/{id}/retry', { params })}
        />
      </Group>
    );
  if (state !== 'created' && state !== 'retry') return null;
  return (
    <Group justify="end">
      <ConfirmedAction
        label={t('cancel')}
        question={t('cancelQuestion', { job: queue })}
        done={t('cancelled')}
        isDangerous
        action={() => api.POST('/api/v1/admin/jobs/{queue}/{id}/cancel', { params })}
      />
    </Group>
  );
}
