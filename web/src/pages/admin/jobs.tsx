import { Card, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { defined } from '../../lib/defined.ts';
import { oneOf } from '../../lib/search.ts';
import { Page } from '../../ui/page.tsx';
import { JobRuns } from './jobs/job-runs.tsx';
import { JobSchedules } from './jobs/job-schedules.tsx';
import { RunPanel } from './jobs/run-panel.tsx';

const route = getRouteApi('/shell/admin/jobs');
const TABS = ['schedules', 'runs'] as const;

/** Background work: what runs when, and what has failed. */
export function Jobs() {
  const t = useTranslations('admin.jobs');
  const { tab, run } = route.useSearch();
  const navigate = route.useNavigate();
  const [queue, id] = run?.split('/') ?? [];
  return (
    <Page title={t('title')} subtitle={t('subtitle')} isWide>
      <Tabs
        value={oneOf(TABS, tab) ?? 'schedules'}
        onChange={(next) => void navigate({ search: defined({ tab: next ?? undefined }), replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="schedules">
          <Card padding={0}>
            <JobSchedules />
          </Card>
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <Card padding={0}>
            <JobRuns />
          </Card>
        </Tabs.Panel>
      </Tabs>
      {queue !== undefined && id !== undefined && (
        <RunPanel
          queue={queue}
          id={id}
          onClose={() => void navigate({ search: (now) => defined({ ...now, run: undefined }) })}
        />
      )}
    </Page>
  );
}
