import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { defined } from '../../lib/defined.ts';
import { Page } from '../../ui/page.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { ExperimentForm } from './growth/experiment-form.tsx';
import { Experiments } from './growth/experiments.tsx';
import { Openings } from './growth/openings.tsx';

const route = getRouteApi('/shell/admin/growth');

/** How accounts are opened, and what is compared between them. */
export function Growth() {
  const t = useTranslations('admin.growth');
  const { panel, from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...next }) });
  const close = () => change({ panel: undefined });
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      isWide
      actions={<Button onClick={() => change({ panel: 'experiment' })}>{t('form.add')}</Button>}
    >
      <Openings from={from} to={to} onChange={change} />
      <Experiments />
      {panel === 'experiment' && (
        <SidePanel isOpen size="lg" onClose={close} title={t('form.add')}>
          <ExperimentForm onClose={close} />
        </SidePanel>
      )}
    </Page>
  );
}
