import { Button, Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { defined } from '../../lib/defined.ts';
import { oneOf } from '../../lib/search.ts';
import { Page } from '../../ui/page.tsx';
import { Equivalents } from './prices/equivalents.tsx';
import { Margins } from './prices/margins.tsx';
import { Markup } from './prices/markup.tsx';
import { NewPricePanel, PricePanel } from './prices/price-panel.tsx';
import { PriceList } from './prices/price-list.tsx';
import { Unrated } from './prices/unrated.tsx';

const route = getRouteApi('/shell/admin/prices');
const TABS = ['prices', 'markup', 'equivalents', 'margins', 'unrated'] as const;

/** What work costs: prices, markup with what-if, margins, and work without a price. */
export function Prices() {
  const t = useTranslations('admin.prices');
  const { tab, model, service, panel } = route.useSearch();
  const navigate = route.useNavigate();
  const panels: Record<(typeof TABS)[number], () => ReactNode> = {
    prices: () => <PriceList />,
    markup: () => <Markup />,
    equivalents: () => <Equivalents />,
    margins: () => <Margins />,
    unrated: () => <Unrated />,
  };
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      isWide
      actions={
        <Button onClick={() => void navigate({ search: (now) => ({ ...now, panel: 'new' }) })}>{t('newPrice')}</Button>
      }
    >
      <Tabs
        value={oneOf(TABS, tab) ?? 'prices'}
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
        {TABS.map((name) => (
          <Tabs.Panel key={name} value={name}>
            {panels[name]()}
          </Tabs.Panel>
        ))}
      </Tabs>
      {panel === 'new' && <NewPricePanel />}
      {panel !== 'new' && model !== undefined && <PricePanel model={model} service={service ?? '*'} />}
    </Page>
  );
}
