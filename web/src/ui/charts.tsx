import { AreaChart, BarChart, Sparkline } from '@mantine/charts';
import { ColorSwatch, Group, Paper, Stack, Text } from '@mantine/core';
import { Line } from 'recharts';
import { useTranslations } from 'use-intl';
import { type AmountText, positionOf } from '../lib/amount.ts';
import { useFormat } from '../lib/format.ts';
import { heightsOf, type Series, totalOf, totalOfBucket } from '../lib/series.ts';
import { groupColor, seriesColor } from '../theme.ts';

/** Bars stay fast up to about this number; areas go on to 750. */
const MAX_BARS = 120;
const CHART_HEIGHT = 264;
const FORECAST_HEIGHT = 120;
const COLOR_BEFORE = 'var(--mantine-color-dimmed)';
const LINE_BEFORE = (
  <Line
    dataKey="before"
    type="monotone"
    stroke={COLOR_BEFORE}
    strokeWidth={1.5}
    strokeDasharray="4 4"
    dot={false}
    activeDot={false}
    isAnimationActive={false}
  />
);

export interface StackedChartProps {
  title: string;
  series: Series;
  formatTime: (start: string) => string;
  formatLongTime: (start: string) => string;
  formatValue: (value: AmountText) => string;
  /** Whether the values are whole numbers. */
  isWhole?: boolean;
  /** The same measure in the period before, by bucket: a line over the bars. */
  comparison?: Comparison | undefined;
  /** Called with the start of the bar that was clicked. */
  onOpen?: ((start: string) => void) | undefined;
}

export interface Comparison {
  label: string;
  /** One value per bucket, in their order. */
  values: readonly AmountText[];
}

/** Values over time, stacked by group. What it shows must also be there as a table. */
export function StackedChart(props: StackedChartProps) {
  const { title, series, formatTime, formatValue, isWhole = false, comparison, onOpen } = props;
  const t = useTranslations('chart');
  const format = useFormat();
  const positions = new Map(series.buckets.map(({ start }, at) => [start, at]));
  const isLong = series.buckets.length > MAX_BARS;
  const common = {
    h: CHART_HEIGHT,
    data: heightsOf(series).map((row, at) => ({ ...row, before: positionOf(comparison?.values[at] ?? '0') })),
    dataKey: 'start',
    type: 'stacked' as const,
    series: series.groups.map(({ key, label }, index) => ({ name: `g${index}`, label, color: groupColor(key, index) })),
    tickLine: 'none' as const,
    gridAxis: 'x' as const,
    xAxisProps: { tickFormatter: formatTime, minTickGap: 28, interval: 'preserveStartEnd' as const },
    yAxisProps: { tickFormatter: (value: number) => format.compact(value), width: 44, allowDecimals: !isWhole },
    tooltipProps: {
      isAnimationActive: false,
      content: ({ label }: { label?: string | number }) => {
        const at = positions.get(String(label));
        return at === undefined ? null : <Tip {...props} at={at} />;
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
            withGradient={false}
            fillOpacity={0.85}
            strokeWidth={0}
            curveType="step"
            areaProps={{ isAnimationActive: false }}
            areaChartProps={{ ...chartProps, onClick }}
          >
            {comparison && LINE_BEFORE}
          </AreaChart>
        ) : (
          <BarChart
            {...common}
            maxBarWidth={22}
            barProps={{ isAnimationActive: false, cursor: onOpen ? 'pointer' : 'default' }}
            barChartProps={{ ...chartProps, onClick }}
          >
            {comparison && LINE_BEFORE}
          </BarChart>
        )}
      </div>
      <Group component="figcaption" gap="lg" mt="sm">
        {series.groups.map(({ key, label }, index) => (
          <Legend key={key} label={label} color={groupColor(key, index)} />
        ))}
        {comparison && <Legend label={comparison.label} color={COLOR_BEFORE} />}
      </Group>
    </figure>
  );
}

function Legend({ label, color }: { label: string; color: string }) {
  return (
    <Group gap={7} wrap="nowrap">
      <ColorSwatch size={10} color={color} withShadow={false} aria-hidden />
      <Text size="sm">{label}</Text>
    </Group>
  );
}

function Tip({ series, formatLongTime, formatValue, comparison, at }: StackedChartProps & { at: number }) {
  const bucket = series.buckets[at];
  if (!bucket) return null;
  const before = comparison?.values[at];
  return (
    <Paper withBorder shadow="md" p="sm" miw={220}>
      <Group justify="space-between" mb={6} wrap="nowrap">
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
          return positionOf(value) === 0 ? null : (
            <TipRow key={key} label={label} color={groupColor(key, index)} value={formatValue(value)} />
          );
        })}
        {before && <TipRow label={comparison.label} color={COLOR_BEFORE} value={formatValue(before)} />}
      </Stack>
    </Paper>
  );
}

function TipRow({ label, color, value }: { label: string; color: string; value: string }) {
  return (
    <Group justify="space-between" gap="lg" wrap="nowrap">
      <Legend label={label} color={color} />
      <Text size="sm" className="numbers">
        {value}
      </Text>
    </Group>
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

/** One day of a forecast. All figures are positions. */
export interface ForecastPoint {
  start: string;
  likely: number;
  /** Lower and upper end of the band. */
  band: readonly [low: number, high: number];
}

interface ForecastProps {
  points: readonly ForecastPoint[];
  formatTime: (start: string) => string;
}

/** Credits left over the days to come, with the band in which they probably lie. The figures stand beside it as text. */
export function Forecast({ points, formatTime }: ForecastProps) {
  const format = useFormat();
  return (
    <div aria-hidden inert>
      <AreaChart
        h={FORECAST_HEIGHT}
        dataKey="start"
        data={points.map(({ start, likely, band }) => ({ start, likely, band: [...band] }))}
        series={[
          { name: 'band', color: seriesColor(0) },
          { name: 'likely', color: seriesColor(0) },
        ]}
        withDots={false}
        withTooltip={false}
        withGradient={false}
        gridAxis="none"
        tickLine="none"
        curveType="linear"
        strokeWidth={2}
        fillOpacity={0.22}
        xAxisProps={{ tickFormatter: formatTime, minTickGap: 28, interval: 'preserveStartEnd' }}
        yAxisProps={{ tickFormatter: (value: number) => format.compact(value), width: 40, tickCount: 3 }}
        areaProps={({ name }) => ({
          isAnimationActive: false,
          ...(name === 'band' ? { stroke: 'none' } : { fill: 'none' }),
        })}
        areaChartProps={{ accessibilityLayer: false, margin: { left: 0, right: 4, top: 8, bottom: 0 } }}
      />
    </div>
  );
}
