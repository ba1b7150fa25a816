import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/de';
import { ActionIcon, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconCalendar, IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { dayBefore, todayIn } from '../lib/dates.ts';
import { useFormat } from '../lib/format.ts';

const TYPING_MS = 300;
const MONDAY = 1;
const PRESET_DAYS = [7, 30, 90] as const;

interface SearchInputProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** Text to search for; reported when one stops typing. */
export function SearchInput({ label, value, onChange }: SearchInputProps) {
  const [typed, setTyped] = useState(value ?? '');
  const [reported, setReported] = useState(value);
  if (reported !== value) {
    // cleared from outside
    setReported(value);
    if ((value ?? '') !== typed.trim()) setTyped(value ?? '');
  }
  const report = useDebouncedCallback((text: string) => onChange(text.trim() || undefined), TYPING_MS);
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        report(currentTarget.value);
      }}
      flex="1 1 220px"
    />
  );
}

interface DaysInputProps {
  /** First and last day, `2026-11-30`, in the person's time zone; both undefined for any day. */
  from: string | undefined;
  to: string | undefined;
  onChange: (days: { from: string | undefined; to: string | undefined }) => void;
  isClearable?: boolean;
}

/** A range of days. Reported when both ends are chosen, or none. */
export function DaysInput({ from, to, onChange, isClearable = true }: DaysInputProps) {
  const t = useTranslations('form');
  const format = useFormat();
  const locale = useLocale();
  const [range, setRange] = useState<[string | null, string | null]>([from ?? null, to ?? null]);
  const [reported, setReported] = useState({ from, to });
  if (reported.from !== from || reported.to !== to) {
    // changed from outside
    setReported({ from, to });
    setRange([from ?? null, to ?? null]);
  }
  const shown = range
    .filter((day) => day !== null)
    .map((day) => format.calendarDay(day))
    .join(' – ');
  const today = todayIn(format.time_zone);
  return (
    <DatePickerInput
      type="range"
      locale={locale}
      firstDayOfWeek={MONDAY}
      aria-label={t('days', { days: shown === '' ? t('anyDay') : shown })}
      placeholder={t('anyDay')}
      clearable={isClearable}
      clearButtonProps={{ 'aria-label': t('anyDay') }}
      allowSingleDateInRange
      hideOutsideDates
      weekendDays={[]}
      ariaLabels={{ previousMonth: t('previousMonth'), nextMonth: t('nextMonth') }}
      popoverProps={{ attributes: { dropdown: { 'aria-label': t('chooseDays') } } }}
      valueFormatter={() => shown}
      presets={[
        { value: [today, today] as [string, string], label: t('today') },
        ...PRESET_DAYS.map((days) => ({
          value: [dayBefore(today, days - 1), today] as [string, string],
          label: t('lastDays', { days }),
        })),
      ]}
      leftSection={<IconCalendar size={16} aria-hidden />}
      value={range}
      onChange={(next) => {
        setRange(next);
        const [first, last] = next;
        if ((first === null) === (last === null)) onChange({ from: first ?? undefined, to: last ?? undefined });
      }}
      flex="1 1 240px"
    />
  );
}

/** Clears all filters; shown while there is one. */
export function ClearFilters({ isShown, onClear }: { isShown: boolean; onClear: () => void }) {
  const t = useTranslations('form');
  if (!isShown) return null;
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('clearFilters')} onClick={onClear}>
      <IconX size={16} aria-hidden />
    </ActionIcon>
  );
}
