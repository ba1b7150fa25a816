import { Anchor, Card, Group, SegmentedControl, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { totalOfBucket } from '../lib/series.ts';
import { StackedChart, type StackedChartProps } from './charts/stacked-chart.tsx';

interface SeriesCardProps extends StackedChartProps {
  controls?: ReactNode;
  /** Shown instead of a chart without any value. */
  empty: ReactNode;
}

/** A chart over time with a switch to the same figures as a table. */
export function SeriesCard({ controls, empty, ...chart }: SeriesCardProps) {
  const t = useTranslations('chart');
  const [view, setView] = useState<'chart' | 'table'>('chart');
  return (
    <Card>
      <Group justify="space-between" mb="md">
        <Title order={2}>{chart.title}</Title>
        <Group gap="sm">
          {controls}
          <SegmentedControl
            size="xs"
            aria-label={t('view')}
            data={[
              { value: 'chart', label: t('chart') },
              { value: 'table', label: t('table') },
            ]}
            value={view}
            onChange={setView}
          />
        </Group>
      </Group>
      {chart.series.groups.length === 0 && <div className="chart-empty">{empty}</div>}
      {chart.series.groups.length > 0 && (view === 'chart' ? <StackedChart {...chart} /> : <SeriesTable {...chart} />)}
    </Card>
  );
}

/** The figures of a chart, exactly. */
export function SeriesTable({ title, series, formatLongTime, formatValue, comparison, onOpen }: StackedChartProps) {
  const t = useTranslations('chart');
  return (
    <div className="series-table" tabIndex={0} aria-label={title} role="region">
      <table className="list numbers">
        <thead>
          <tr>
            <th scope="col">{t('time')}</th>
            {series.groups.map(({ key, label }) => (
              <th key={key} scope="col" className="end">
                {label}
              </th>
            ))}
            <th scope="col" className="end">
              {t('total')}
            </th>
            {comparison && (
              <th scope="col" className="end">
                {comparison.label}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {series.buckets.map((bucket, at) => (
            <tr key={bucket.start}>
              <td>
                {onOpen ? (
                  <Anchor component="button" type="button" size="sm" onClick={() => onOpen(bucket.start)}>
                    {formatLongTime(bucket.start)}
                  </Anchor>
                ) : (
                  formatLongTime(bucket.start)
                )}
              </td>
              {series.groups.map(({ key }) => (
                <td key={key} className="end">
                  {formatValue(bucket.values[key] ?? '0')}
                </td>
              ))}
              <td className="end">{formatValue(totalOfBucket(bucket))}</td>
              {comparison && <td className="end">{formatValue(comparison.values[at] ?? '0')}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
