import { Group } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { type AmountText, positionOf } from '../../lib/amount.ts';
import { type Span, stackedOf } from '../../lib/scale.ts';
import { type Series, totalOf } from '../../lib/series.ts';
import { groupColor } from '../../theme.ts';
import { Columns } from './columns.tsx';
import { COLOR_BEFORE, Legend } from './legend.tsx';
import { Plot, type Scale } from './plot.tsx';

const HEIGHT = 264;
const TICKS = 4;
const BAR_SHARE = 0.7;
const BAR_MAX_PX = 26;
/** Below this width bars touch each other, so that they do not flicker. */
const SLOT_MIN_PX = 4;

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
  const { title, series, formatTime, formatValue, isWhole = false, comparison } = props;
  const t = useTranslations('chart');
  const spans = stackedOf(series);
  const before = comparison?.values.map(positionOf) ?? [];
  const tops = spans.at(-1)?.map(([, high]) => high) ?? [];
  return (
    <figure className="chart" aria-label={t('summary', { title, total: formatValue(totalOf(series)) })}>
      <Plot
        height={HEIGHT}
        max={Math.max(...tops, ...before)}
        ticks={TICKS}
        isWhole={isWhole}
        labels={series.buckets.map(({ start }) => formatTime(start))}
        draw={(scale) => (
          <>
            {series.groups.map(({ key }, index) => (
              <path
                key={key}
                className="chart-bars"
                fill={groupColor(key, index)}
                d={barsOf(spans[index] ?? [], scale)}
              />
            ))}
            {comparison && (
              <polyline
                className="chart-before"
                stroke={COLOR_BEFORE}
                points={before.map((value, at) => `${scale.x(at)},${scale.y(value)}`).join(' ')}
              />
            )}
          </>
        )}
      >
        <Columns {...props} />
      </Plot>
      <Group component="figcaption" gap="lg" mt="sm">
        {series.groups.map(({ key, label }, index) => (
          <Legend key={key} label={label} color={groupColor(key, index)} />
        ))}
        {comparison && <Legend label={comparison.label} color={COLOR_BEFORE} />}
      </Group>
    </figure>
  );
}

/** @returns the outline of all bars of one group */
function barsOf(spans: readonly Span[], { slot, x, y }: Scale): string {
  const width = slot < SLOT_MIN_PX ? slot : Math.min(BAR_MAX_PX, slot * BAR_SHARE);
  return spans
    .map(([low, high], at) => (high > low ? `M${x(at) - width / 2},${y(low)}V${y(high)}h${width}V${y(low)}z` : ''))
    .join('');
}
