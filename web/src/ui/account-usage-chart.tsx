import { SegmentedControl } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { UsageSeriesView } from '../api/schema.gen.ts';
import { recentDays, type SeriesOrder, SPENDING_GROUPS, type SpendingGroup, usageSeries } from '../api/usage.ts';
import { useFormat } from '../lib/format.ts';
import { topGroups } from '../lib/series.ts';
import { seriesOf } from '../lib/usage-series.ts';
import { SeriesCard } from './series-card.tsx';
import { Empty, Loaded } from './states.tsx';
import { useGroupNames, useSeriesFormat } from './usage-labels.ts';

const RANGES = [7, 30, 90] as const;
const CARD_HEIGHT = 380;
const MAX_GROUPS = 7;

interface AccountUsageChartProps {
  /** Somebody else's account, for admins. */
  userId?: string;
  /** Called with the day that was clicked, and by what the chart was stacked. */
  onOpen?: ((start: string, groupBy: SpendingGroup) => void) | undefined;
}

/** @returns the order for the spending of the last days, today included */
export function useRecentDays(days: number, group_by: SpendingGroup) {
  const { time_zone } = useFormat();
  return recentDays(time_zone, days, group_by);
}

/** What an account spent by day, stacked by model, service or provider. */
export function AccountUsageChart({ userId, onOpen }: AccountUsageChartProps) {
  return <SpendingChart load={(order) => usageSeries(order, userId)} onOpen={onOpen} />;
}

interface SpendingChartProps extends Pick<AccountUsageChartProps, 'onOpen'> {
  load: (order: SeriesOrder) => ReturnType<typeof usageSeries>;
}

/** Spending of the last days, of whatever `load` reads. */
export function SpendingChart({ load, onOpen }: SpendingChartProps) {
  const t = useTranslations('usage');
  const [groupBy, setGroupBy] = useState<SpendingGroup>('model');
  const [days, setDays] = useState<number>(30);
  const query = useQuery(load(useRecentDays(days, groupBy)));
  const controls = (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('stackBy')}
        data={SPENDING_GROUPS.map((value) => ({ value, label: t(`group.${value}`) }))}
        value={groupBy}
        onChange={setGroupBy}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('range')}
        data={RANGES.map((count) => ({ value: String(count), label: t('days', { count }) }))}
        value={String(days)}
        onChange={(next) => setDays(Number(next))}
      />
    </>
  );
  return (
    <Loaded query={query} height={CARD_HEIGHT}>
      {(view) => (
        <SpendingCard view={view} controls={controls} onOpen={onOpen && ((start) => onOpen(start, groupBy))} />
      )}
    </Loaded>
  );
}

interface SpendingCardProps {
  view: UsageSeriesView;
  controls: ReactNode;
  onOpen: ((start: string) => void) | undefined;
}

function SpendingCard({ view, controls, onOpen }: SpendingCardProps) {
  const t = useTranslations('usage');
  const names = useGroupNames();
  const formats = useSeriesFormat('day', 'credits');
  const series = topGroups(seriesOf(view, 'credits', names), MAX_GROUPS, names.other);
  return <SeriesCard title={t('spending')} empty={<NoSpending />} {...{ series, controls, onOpen }} {...formats} />;
}

/** Shown where a chart has nothing to show. */
export function NoSpending() {
  const t = useTranslations('usage');
  return <Empty icon={<IconChartBar aria-hidden />} title={t('noSpending')} text={t('noSpendingText')} />;
}
