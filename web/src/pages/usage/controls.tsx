import { Group, SegmentedControl, Select, Switch } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { GRANULARITIES } from '../../api/usage.ts';
import { HOURLY_LIMIT, MEASURES } from '../../lib/usage-series.ts';
import { DaysInput } from '../../ui/filters.tsx';
import { TimeZoneSelect } from '../../ui/time-zone-select.tsx';
import { STACKS, type UsageChoice } from './choice.ts';

/** Which days, in which zone, by which bars. */
export function RangeBar({ choice }: { choice: UsageChoice }) {
  const t = useTranslations('usage');
  const { order, days, set, isCompared } = choice;
  return (
    <Group gap="sm" role="search" aria-label={t('choose')}>
      <DaysInput
        from={order.from}
        to={order.to}
        isClearable={false}
        onChange={({ from, to }) => set({ from, to, at: undefined, granularity: undefined })}
      />
      <SegmentedControl
        aria-label={t('granularity')}
        data={GRANULARITIES.map((value) => ({
          value,
          label: t(`per.${value}`),
          disabled: value === 'hour' && days > HOURLY_LIMIT,
        }))}
        value={order.granularity}
        onChange={(granularity) => set({ granularity, at: undefined })}
      />
      <TimeZoneSelect flex="0 1 190px" />
      <Switch
        label={t('compare')}
        checked={isCompared}
        onChange={({ currentTarget: { checked } }) => set({ compare: checked ? 'previous' : undefined })}
      />
    </Group>
  );
}

/** What the chart shows, and by what it is stacked. */
export function ChartControls({ choice }: { choice: UsageChoice }) {
  const t = useTranslations('usage');
  const { measure, stack, set } = choice;
  const stacks = STACKS.filter((value) => value !== 'pool' || measure === 'tokens');
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('measure')}
        data={MEASURES.map((value) => ({ value, label: t(`chart.${value}`) }))}
        value={measure}
        onChange={(next) => set({ measure: next === 'credits' ? undefined : next })}
      />
      <Select
        size="xs"
        w={160}
        aria-label={t('stackBy')}
        allowDeselect={false}
        data={stacks.map((value) => ({ value, label: t(`group.${value}`) }))}
        value={stack}
        onChange={(next) => set({ group_by: next ?? undefined, group: undefined })}
      />
    </>
  );
}
