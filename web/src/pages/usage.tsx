import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { UsageSeriesView } from '../api/schema.gen.ts';
import { exportUsage, usageSeries } from '../api/usage.ts';
import { topGroups } from '../lib/series.ts';
import { onlyGroup, poolsOf, previousOf, seriesOf } from '../lib/usage-series.ts';
import { NoSpending } from '../ui/account-usage-chart.tsx';
import { late } from '../ui/late.tsx';
import { Later } from '../ui/later.tsx';
import { OwnAccount } from '../ui/own-account.tsx';
import { Page } from '../ui/page.tsx';
import { ReceiptDrawer } from '../ui/receipt-drawer.tsx';
import { SeriesCard } from '../ui/series-card.tsx';
import { Loaded } from '../ui/states.tsx';
import { useGroupNames, useSeriesFormat } from '../ui/usage-labels.ts';
import { useWords } from '../ui/words.ts';
import { EventDrawer } from './usage/event-drawer.tsx';
import { Totals } from './usage/totals.tsx';
import { type UsageChoice, useUsageChoice } from './usage/choice.ts';

const ExportMenu = late(
  () => import('../ui/export-menu.tsx').then(({ ExportMenu }) => ExportMenu),
  <Skeleton h={36} w={120} />,
);
const RangeBar = late(
  () => import('./usage/controls.tsx').then(({ RangeBar }) => RangeBar),
  <Skeleton h={{ base: 132, sm: 36 }} />,
);
const ChartControls = late(
  () => import('./usage/controls.tsx').then(({ ChartControls }) => ChartControls),
  <Skeleton h={30} w={340} />,
);

const CHART_HEIGHT = 420;
const DETAILS_HEIGHT = 1_000;
const Details = late(
  () => import('./usage/details.tsx').then(({ Details }) => Details),
  <Skeleton h={DETAILS_HEIGHT} data-loading />,
);

const MAX_GROUPS = 7;
const CONTENT_HEIGHT = 620;

/** Where the credits went: over time, by model, by kind of token, down to the single call and its receipt. */
export function Usage() {
  const t = useTranslations('usage');
  return (
    <OwnAccount title={t('title')}>
      <OwnUsage />
    </OwnAccount>
  );
}

function OwnUsage() {
  const t = useTranslations('usage');
  const choice = useUsageChoice();
  const { order, set } = choice;
  const query = useQuery(usageSeries(order));
  const events = useRef<HTMLDivElement>(null);
  const openBucket = (at: string): void => {
    set({ at });
    events.current?.scrollIntoView({ behavior: 'smooth' });
  };
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle', { zone: order.tz })}
      isWide
      actions={<ExportMenu name="usage" fetchFile={(format) => exportUsage(order, format)} />}
    >
      <RangeBar choice={choice} />
      <Loaded query={query} height={CONTENT_HEIGHT}>
        {(view) => (
          <Stack
            gap="lg"
            aria-busy={query.isPlaceholderData}
            {...(query.isPlaceholderData && { className: 'outdated' })}
          >
            <Totals view={view} />
            <Later height={CHART_HEIGHT + DETAILS_HEIGHT}>
              <UsageChart view={view} choice={choice} onOpen={openBucket} />
              <Details view={view} choice={choice} events={events} />
            </Later>
          </Stack>
        )}
      </Loaded>
      <ReceiptDrawer id={choice.receipt} onClose={() => set({ receipt: undefined })} onOpen={choice.openReceipt} />
      <EventDrawer id={choice.event} onClose={() => set({ event: undefined })} />
    </Page>
  );
}

interface UsageChartProps {
  view: UsageSeriesView;
  choice: UsageChoice;
  onOpen: (start: string) => void;
}

function UsageChart({ view, choice, onOpen }: UsageChartProps) {
  const t = useTranslations('usage');
  const names = useGroupNames();
  const poolName = useWords('measure');
  const { measure, stack, group, order, isCompared } = choice;
  const formats = useSeriesFormat(order.granularity, measure);
  const whole = stack === 'pool' ? poolsOf(view, poolName) : onlyGroup(seriesOf(view, measure, names), group);
  const before = isCompared && group === undefined ? previousOf(view, measure) : undefined;
  return (
    <SeriesCard
      title={t(`chart.${measure}`)}
      series={topGroups(whole, MAX_GROUPS, names.other)}
      controls={<ChartControls choice={choice} />}
      comparison={before && { label: t('before'), values: before }}
      onOpen={onOpen}
      empty={<NoSpending />}
      {...formats}
    />
  );
}
