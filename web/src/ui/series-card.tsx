import { Anchor, Card, Group, ScrollArea, SegmentedControl, Table, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { totalOfBucket } from '../lib/series.ts';
import type { StackedChartProps } from './charts.tsx';
import { StackedChart } from './charts.lazy.tsx';

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
    <ScrollArea.Autosize mah={420} viewportProps={{ tabIndex: 0, 'aria-label': title, role: 'region' }}>
      <Table stickyHeader className="numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('time')}</Table.Th>
            {series.groups.map(({ key, label }) => (
              <Table.Th key={key} ta="end">
                {label}
              </Table.Th>
            ))}
            <Table.Th ta="end">{t('total')}</Table.Th>
            {comparison && <Table.Th ta="end">{comparison.label}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {series.buckets.map((bucket, at) => (
            <Table.Tr key={bucket.start}>
              <Table.Td>
                {onOpen ? (
                  <Anchor component="button" type="button" size="sm" onClick={() => onOpen(bucket.start)}>
                    {formatLongTime(bucket.start)}
                  </Anchor>
                ) : (
                  formatLongTime(bucket.start)
                )}
              </Table.Td>
              {series.groups.map(({ key }) => (
                <Table.Td key={key} ta="end">
                  {formatValue(bucket.values[key] ?? '0')}
                </Table.Td>
              ))}
              <Table.Td ta="end">{formatValue(totalOfBucket(bucket))}</Table.Td>
              {comparison && <Table.Td ta="end">{formatValue(comparison.values[at] ?? '0')}</Table.Td>}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
