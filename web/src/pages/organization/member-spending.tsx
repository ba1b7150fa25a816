import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { recentDays, usageSeries } from '../../api/usage.ts';
import { useFormat } from '../../lib/format.ts';
import { topGroups } from '../../lib/series.ts';
import { seriesOf } from '../../lib/usage-series.ts';
import { NoSpending } from '../../ui/account-usage-chart.tsx';
import { SeriesCard } from '../../ui/series-card.tsx';
import { Loaded } from '../../ui/states.tsx';
import { useGroupNames, useSeriesFormat } from '../../ui/usage-labels.ts';

const RANGES = [7, 30, 90] as const;
const CARD_HEIGHT = 380;
const MAX_GROUPS = 7;

/** Who spent what of the pool, by day. */
export function MemberSpending() {
  const t = useTranslations();
  const { time_zone } = useFormat();
  const [days, setDays] = useState<number>(30);
  const query = useQuery(usageSeries(recentDays(time_zone, days, 'member')));
  const names = { ...useGroupNames(), none: t('organization.nobody') };
  const formats = useSeriesFormat('day', 'credits');
  const controls = (
    <SegmentedControl
      size="xs"
      aria-label={t('usage.range')}
      data={RANGES.map((count) => ({ value: String(count), label: t('usage.days', { count }) }))}
      value={String(days)}
      onChange={(next) => setDays(Number(next))}
    />
  );
  return (
    <Loaded query={query} height={CARD_HEIGHT}>
      {(view) => (
        <SeriesCard
          title={t('organization.spending')}
          series={topGroups(seriesOf(view, 'credits', names), MAX_GROUPS, names.other)}
          empty={<NoSpending />}
          controls={controls}
          {...formats}
        />
      )}
    </Loaded>
  );
}
