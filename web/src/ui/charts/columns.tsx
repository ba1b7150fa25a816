import { Group, Paper, Stack, Text } from '@mantine/core';
import { type KeyboardEvent, memo, type SyntheticEvent, useState } from 'react';
import { positionOf } from '../../lib/amount.ts';
import { type Bucket, totalOfBucket } from '../../lib/series.ts';
import { groupColor } from '../../theme.ts';
import { COLOR_BEFORE, Legend } from './legend.tsx';
import { Y_AXIS_WIDTH } from './plot.tsx';
import type { StackedChartProps } from './stacked-chart.tsx';

const TIP_WIDTH = 280;
const TIP_GAP = 8;

/**
 * Lies over the bars of a chart: each column has a name, shows its figures to the pointer and the keyboard, and opens.
 * The columns are one stop of the Tab key; arrows, Home and End lead from one to the next.
 */
export function Columns(props: StackedChartProps) {
  const { series, formatLongTime, formatValue, onOpen } = props;
  const last = series.buckets.length - 1;
  const [shown, setShown] = useState<number | null>(null);
  const [stop, setStop] = useState(last);
  const show = (event: SyntheticEvent): void => setShown(placeOf(event.target));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'Escape') setShown(null);
    const next = nextOf(event.key, Math.min(stop, last), last);
    if (next === null) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-at="${next}"]`)?.focus();
  };
  const bucket = shown === null ? undefined : series.buckets[shown];
  return (
    <>
      <div
        className="columns"
        onPointerOver={show}
        onPointerLeave={() => setShown(null)}
        onFocus={(event) => {
          show(event);
          setStop(placeOf(event.target) ?? last);
        }}
        onBlur={() => setShown(null)}
        onKeyDown={onKeyDown}
        onClick={({ target }) => {
          const start = series.buckets[placeOf(target) ?? -1]?.start;
          if (start !== undefined) onOpen?.(start);
        }}
      >
        <Names
          {...{ formatLongTime, formatValue }}
          buckets={series.buckets}
          stop={Math.min(stop, last)}
          isOpenable={onOpen !== undefined}
        />
      </div>
      {bucket && shown !== null && <Tip {...props} bucket={bucket} at={shown} />}
    </>
  );
}

const placeOf = (target: EventTarget): number | null => {
  const at = (target as HTMLElement).dataset['at'];
  return at === undefined ? null : Number(at);
};

/** @returns where a key leads to; null for a key that leads nowhere */
function nextOf(key: string, from: number, last: number): number | null {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'ArrowRight':
      return Math.min(last, from + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

interface NamesProps extends Pick<StackedChartProps, 'formatLongTime' | 'formatValue'> {
  buckets: readonly Bucket[];
  /** Which column the Tab key reaches. */
  stop: number;
  isOpenable: boolean;
}

const Names = memo(function Names({ buckets, stop, isOpenable, formatLongTime, formatValue }: NamesProps) {
  return buckets.map((bucket, at) => {
    const common = {
      'data-at': at,
      tabIndex: at === stop ? 0 : -1,
      'aria-label': `${formatLongTime(bucket.start)}: ${formatValue(totalOfBucket(bucket))}`,
    };
    return isOpenable ? (
      <button key={bucket.start} type="button" {...common} />
    ) : (
      <div key={bucket.start} role="img" {...common} />
    );
  });
});

/** The figures of one column. */
function Tip({
  series,
  formatLongTime,
  formatValue,
  comparison,
  bucket,
  at,
}: StackedChartProps & { bucket: Bucket; at: number }) {
  const before = comparison?.values[at];
  const count = series.buckets.length;
  const isLeft = at < count / 2;
  const beside = isLeft
    ? `${Y_AXIS_WIDTH}px + (100% - ${Y_AXIS_WIDTH}px) * ${(at + 1) / count}`
    : `(100% - ${Y_AXIS_WIDTH}px) * ${1 - at / count}`;
  return (
    <Paper
      withBorder
      shadow="md"
      p="sm"
      className="tip"
      aria-hidden
      w={`min(${TIP_WIDTH}px, 100%)`}
      style={{ [isLeft ? 'left' : 'right']: `clamp(0px, ${beside} + ${TIP_GAP}px, 100% - ${TIP_WIDTH}px)` }}
    >
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
