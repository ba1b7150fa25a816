import { AreaChart, BarChart, DonutChart, Sparkline } from '@mantine/charts';
import { ColorSwatch, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { type AmountText, positionOf } from '../lib/amount.ts';
import { useFormat } from '../lib/format.ts';
import { type Bucket, heightsOf, type Series, totalOf, totalOfBucket } from '../lib/series.ts';
import { seriesColor } from '../theme.ts';

/** Bars stay fast up to about this number; areas go on to 750. */
const MAX_BARS = 120;
const CHART_HEIGHT = 264;

export interface StackedChartProps {
  title: string;
  series: Series;
  formatTime: (start: string) => string;
  formatLongTime: (start: string) => string;
  formatValue: (value: AmountText) => string;
  /** Called with the start of the bar that was clicked. */
  onOpen?: ((start: string) => void) | undefined;
}

/** Values over time, stacked by group. What it shows must also be there as a table. */
export function StackedChart(props: StackedChartProps) {
  const { title, series, formatTime, formatLongTime, formatValue, onOpen } = props;
  const t = useTranslations('chart');
  const format = useFormat();
  const byStart = new Map(series.buckets.map((bucket) => [bucket.start, bucket]));
  const isLong = series.buckets.length > MAX_BARS;
  const common = {
    h: CHART_HEIGHT,
    data: heightsOf(series),
    dataKey: 'start',
    type: 'stacked' as const,
    series: series.groups.map(({ label }, index) => ({ name: `g${index}`, label, color: seriesColor(index) })),
    tickLine: 'none' as const,
    gridAxis: 'x' as const,
    xAxisProps: { tickFormatter: formatTime, minTickGap: 28, interval: 'preserveStartEnd' as const },
    yAxisProps: { tickFormatter: (value: number) => format.compact(value), width: 44 },
    tooltipProps: {
      isAnimationActive: false,
      content: ({ label }: { label?: string | number }) => {
        const bucket = byStart.get(String(label));
        return bucket ? <Tip bucket={bucket} {...{ series, formatLongTime, formatValue }} /> : null;
      },
    },
  };
  const chartProps = { accessibilityLayer: false, margin: { left: 0, right: 4, top: 8, bottom: 0 } };
  const onClick = ({ activeLabel }: { activeLabel?: string | number | undefined }) => {
    if (activeLabel !== undefined) onOpen?.(String(activeLabel));
  };
  return (
    <figure className="chart" aria-label={t('summary', { title, total: formatValue(totalOf(series)) })}>
      <div aria-hidden>
        {isLong ? (
          <AreaChart
            {...common}
            withDots={false}
            strokeWidth={1}
            curveType="step"
            areaProps={{ isAnimationActive: false }}
            areaChartProps={{ ...chartProps, onClick }}
          />
        ) : (
          <BarChart
            {...common}
            maxBarWidth={22}
            barProps={{ isAnimationActive: false, cursor: onOpen ? 'pointer' : 'default' }}
            barChartProps={{ ...chartProps, onClick }}
          />
        )}
      </div>
      <Group component="figcaption" gap="lg" mt="sm">
        {series.groups.map(({ key, label }, index) => (
          <Legend key={key} label={label} index={index} />
        ))}
      </Group>
    </figure>
  );
}

function Legend({ label, index }: { label: string; index: number }) {
  return (
    <Group gap={7} wrap="nowrap">
      <ColorSwatch size={10} color={seriesColor(index)} withShadow={false} aria-hidden />
      <Text size="sm">{label}</Text>
    </Group>
  );
}

type TipProps = { bucket: Bucket } & Pick<StackedChartProps, 'series' | 'formatLongTime' | 'formatValue'>;

function Tip({ bucket, series, formatLongTime, formatValue }: TipProps) {
  return (
    <Paper withBorder shadow="md" p="sm" miw={220}>
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={600}>
          {formatLongTime(bucket.start)}
        </Text>
        <Text size="sm" fw={600} className="numbers">
          {formatValue(totalOfBucket(bucket))}
        </Text>
      </Group>
      <Stack gap={4}>
        {series.groups.map(({ key, label }, index) => {
          const value = bucket.values[key] ?? '0';
          if (positionOf(value) === 0) return null;
          return (
            <Group key={key} justify="space-between" gap="lg" wrap="nowrap">
              <Legend label={label} index={index} />
              <Text size="sm" className="numbers">
                {formatValue(value)}
              </Text>
            </Group>
          );
        })}
      </Stack>
    </Paper>
  );
}

/** A line without axes, for a card. */
export function Spark({ values }: { values: readonly AmountText[] }) {
  return (
    <div aria-hidden inert>
      <Sparkline h={56} data={values.map(positionOf)} color={seriesColor(0)} fillOpacity={0.25} strokeWidth={1.5} />
    </div>
  );
}

export interface Share {
  key: string;
  label: string;
  value: AmountText;
}

/** Parts of a whole as a ring. The figures stand beside it as text. */
export function Shares({ shares }: { shares: readonly Share[] }) {
  return (
    <div aria-hidden inert>
      <DonutChart
        size={132}
        thickness={22}
        paddingAngle={1}
        withTooltip={false}
        pieProps={{ isAnimationActive: false }}
        data={shares.map(({ label, value }, index) => ({
          name: label,
          value: positionOf(value),
          color: seriesColor(index),
        }))}
      />
    </div>
  );
}

export interface ForecastPoint {
  start: string;
  /** Credits left; undefined outside of the past or future it belongs to. */
  past?: AmountText | undefined;
  likely?: AmountText | undefined;
  /** Lower and upper end of the band. */
  band?: readonly [AmountText, AmountText] | undefined;
}

/** Credits left over time: the past, and a forecast with its band. */
export function Forecast({
  points,
  formatTime,
}: {
  points: readonly ForecastPoint[];
  formatTime: (start: string) => string;
}) {
  const format = useFormat();
  return (
    <div aria-hidden inert>
      <AreaChart
        h={180}
        dataKey="start"
        data={points.map(({ start, past, likely, band }) => ({
          start,
          past: past === undefined ? null : positionOf(past),
          likely: likely === undefined ? null : positionOf(likely),
          band: band === undefined ? null : band.map(positionOf),
        }))}
        series={[
          { name: 'band', color: 'gray.4' },
          { name: 'past', color: seriesColor(0) },
          { name: 'likely', color: seriesColor(2), strokeDasharray: '4 4' },
        ]}
        connectNulls={false}
        withDots={false}
        withTooltip={false}
        gridAxis="x"
        tickLine="none"
        curveType="linear"
        fillOpacity={0.2}
        xAxisProps={{ tickFormatter: formatTime, minTickGap: 28 }}
        yAxisProps={{ tickFormatter: (value: number) => format.compact(value), width: 44 }}
        areaProps={{ isAnimationActive: false }}
        areaChartProps={{ accessibilityLayer: false, margin: { left: 0, right: 4, top: 8, bottom: 0 } }}
      />
    </div>
  );
}
