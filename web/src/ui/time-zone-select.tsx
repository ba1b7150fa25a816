import { Select, type SelectProps } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { useFormat } from '../lib/format.ts';
import { setPreferences } from '../lib/preferences.ts';

const ZONES = Intl.supportedValuesOf('timeZone');

/** The time zone of all days and times. Choosing one changes it everywhere. */
export function TimeZoneSelect(props: Omit<SelectProps, 'data' | 'value' | 'onChange'>) {
  const t = useTranslations('form');
  const { time_zone } = useFormat();
  return (
    <Select
      aria-label={t('timeZone')}
      searchable
      allowDeselect={false}
      limit={60}
      data={ZONES.includes(time_zone) ? ZONES : [time_zone, ...ZONES]}
      value={time_zone}
      onChange={(zone) => setPreferences({ time_zone: zone })}
      {...props}
    />
  );
}
