import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { spent, usageSeries } from '../../api/usage.ts';
import type { UsageSeriesView } from '../../api/schema.gen.ts';
import { isZero } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { totalOfBucket } from '../../lib/series.ts';
import { seriesOf } from '../../lib/usage-series.ts';
import { useRecentDays } from '../../ui/account-usage-chart.tsx';
import { Amount, Cents } from '../../ui/amount.tsx';
import { Spark } from '../../ui/charts/spark.tsx';
import { StatCard } from '../../ui/stat-card.tsx';
import { ProblemAlert } from '../../ui/states.tsx';
import { useGroupNames } from '../../ui/usage-labels.ts';
import { Part } from './available-card.tsx';

const SPARK_DAYS = 30;

/** Credits spent lately, as the ledger says. */
export function SpentCard() {
  const t = useTranslations('overview');
  const { time_zone } = useFormat();
  const { data, error, refetch } = useQuery(spent(time_zone));
  const { data: series } = useQuery(usageSeries(useRecentDays(SPARK_DAYS, 'model')));
  if (error && !data) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  return (
    <StatCard
      label={t('spent30')}
      value={data && <Amount value={data.last_30_days.credits} />}
      detail={
        data &&
        !isZero(data.charged_without_usage) &&
        t.rich('withoutUsage', { amount: () => <Cents value={data.charged_without_usage} /> })
      }
    >
      {data && (
        <Group gap="xl">
          <Part label={t('spent24h')}>
            <Cents value={data.last_24_hours.credits} />
          </Part>
          <Part label={t('spent7')}>
            <Cents value={data.last_7_days.credits} />
          </Part>
        </Group>
      )}
      {series && !isZero(series.total.credits) && <Daily view={series} />}
    </StatCard>
  );
}

function Daily({ view }: { view: UsageSeriesView }) {
  const { buckets } = seriesOf(view, 'credits', useGroupNames());
  return <Spark values={buckets.map(totalOfBucket)} />;
}
