import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { Granularity } from '../api/usage.ts';
import type { AmountText } from '../lib/amount.ts';
import { useFormat } from '../lib/format.ts';
import type { GroupNames, Measure } from '../lib/usage-series.ts';

/** @returns names for the groups of a series that have none of their own */
export function useGroupNames(): GroupNames {
  const t = useTranslations('usage');
  return useMemo(() => ({ none: t('noModel'), other: t('other'), chargeWithoutUsage: t('chargeWithoutUsage') }), [t]);
}

/** @returns how times and values of a series are written */
export function useSeriesFormat(granularity: Granularity, measure: Measure) {
  const t = useTranslations('usage');
  const format = useFormat();
  return useMemo(() => {
    const times = {
      hour: { short: (at: string) => format.weekdayHour(at), long: (at: string) => format.hour(at) },
      day: { short: (at: string) => format.day(at), long: (at: string) => format.longDay(at) },
      week: { short: (at: string) => format.day(at), long: (at: string) => t('weekFrom', { day: format.longDay(at) }) },
      month: { short: (at: string) => format.month(at), long: (at: string) => format.month(at) },
    }[granularity];
    return {
      formatTime: times.short,
      formatLongTime: times.long,
      isWhole: measure !== 'credits',
      formatValue: (value: AmountText) => (measure === 'credits' ? format.exact(value) : format.exact(value, 0)),
    };
  }, [t, format, granularity, measure]);
}
