import { Button, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { defined } from '../../lib/defined.ts';
import { oneOf } from '../../lib/search.ts';
import { Page } from '../../ui/page.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { CreditImports } from './bulk/credit-imports.tsx';
import { ImportPanel } from './bulk/import-panel.tsx';
import { ScheduleForm } from './bulk/schedule-form.tsx';
import { SchedulePanel } from './bulk/schedule-panel.tsx';
import { ScheduledGrants } from './bulk/scheduled-grants.tsx';
import { UploadForm } from './bulk/upload-form.tsx';

const route = getRouteApi('/shell/admin/bulk-credits');
const TABS = ['schedules', 'imports'] as const;

/** Credits for many accounts: regularly, or from a file. */
export function BulkCredits() {
  const t = useTranslations('admin.bulk');
  const { tab, panel, schedule, file } = route.useSearch();
  const navigate = route.useNavigate();
  const shown = oneOf(TABS, tab) ?? 'schedules';
  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...next }) });
  const close = () => change({ panel: undefined, schedule: undefined, file: undefined });
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      isWide
      actions={
        shown === 'schedules' ? (
          <Button onClick={() => change({ panel: 'schedule' })}>{t('schedules.add')}</Button>
        ) : (
          <Button onClick={() => change({ panel: 'upload' })}>{t('imports.upload')}</Button>
        )
      }
    >
      <Tabs
        value={shown}
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
          <ScheduledGrants onOpen={(id) => change({ schedule: id })} />
        </Tabs.Panel>
        <Tabs.Panel value="imports">
          <CreditImports onOpen={(id) => change({ file: id })} />
        </Tabs.Panel>
      </Tabs>
      <SidePanel size="lg" isOpen={panel === 'schedule'} onClose={close} title={t('schedules.add')}>
        <ScheduleForm onClose={close} />
      </SidePanel>
      <SidePanel size="lg" isOpen={panel === 'upload'} onClose={close} title={t('imports.upload')}>
        <UploadForm onChecked={(id) => change({ panel: undefined, file: id })} />
      </SidePanel>
      {schedule !== undefined && <SchedulePanel id={schedule} onClose={close} />}
      {file !== undefined && <ImportPanel id={file} onClose={close} />}
    </Page>
  );
}
