import { Button, Card, Tabs, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { defined } from '../../lib/defined.ts';
import { oneOf } from '../../lib/search.ts';
import { Page } from '../../ui/page.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { Deliveries } from './webhooks/deliveries.tsx';
import { DeliveryPanel } from './webhooks/delivery-panel.tsx';
import { CreateEndpoint } from './webhooks/endpoint-forms.tsx';
import { Endpoints } from './webhooks/endpoints.tsx';

const route = getRouteApi('/shell/admin/webhooks');
const TABS = ['endpoints', 'deliveries'] as const;

/** The endpoints that receive events, and what was sent to them. */
export function Webhooks() {
  const t = useTranslations('admin.webhooks');
  const { tab, panel, delivery } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...change }), resetScroll: false });
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set({ panel: 'new' })}>
      {t('create')}
    </Button>
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={create} isWide>
      <Tabs
        value={oneOf(TABS, tab) ?? 'endpoints'}
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
        <Tabs.Panel value="endpoints">
          <Card padding={0} className="short-list">
            <Endpoints />
          </Card>
        </Tabs.Panel>
        <Tabs.Panel value="deliveries">
          <Card padding={0}>
            <Deliveries />
          </Card>
        </Tabs.Panel>
      </Tabs>
      <SidePanel
        size="lg"
        isOpen={panel === 'new'}
        onClose={() => set({ panel: undefined })}
        title={<Text fw={650}>{t('create')}</Text>}
      >
        <CreateEndpoint onDone={() => set({ panel: undefined })} />
      </SidePanel>
      {delivery !== undefined && <DeliveryPanel id={delivery} onClose={() => set({ delivery: undefined })} />}
    </Page>
  );
}
