import { Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { TransactionType } from '../api/schema.gen.ts';
import { servicesUsed, SIZES, type TransactionFilters } from '../api/transactions.ts';
import { useFormat } from '../lib/format.ts';
import { ClearFilters, DaysInput, SearchInput } from './filters.tsx';
import { useWords } from './words.ts';

const TYPES = ['usage', 'purchase', 'bonus', 'refund', 'adjustment'] as const satisfies readonly TransactionType[];

export interface TransactionsFiltersProps {
  /** Somebody else's account, for admins. */
  userId?: string | undefined;
  filters: TransactionFilters;
  onChange: (change: Partial<TransactionFilters>) => void;
}

/** What the list shows: fields that are reported as they change. */
export function TransactionsFilters({ userId, filters, onChange }: TransactionsFiltersProps) {
  const t = useTranslations('transactions');
  const typeName = useWords('transactionType');
  const format = useFormat();
  const { search, service, transaction_type, size, date_from, date_to } = filters;
  const { data: used = [] } = useQuery(servicesUsed(userId));
  const services = service === undefined || used.includes(service) ? used : [service, ...used];
  return (
    <Group p="md" gap="sm" role="search" aria-label={t('filter')}>
      <SearchInput label={t('search')} value={search} onChange={(text) => onChange({ search: text })} />
      <Select
        aria-label={t('type')}
        placeholder={t('anyType')}
        clearable
        data={TYPES.map((value) => ({ value, label: typeName(value) }))}
        value={transaction_type ?? null}
        onChange={(value) => onChange({ transaction_type: value ?? undefined })}
        flex="1 1 120px"
      />
      <Select
        aria-label={t('service')}
        placeholder={t('anyService')}
        clearable
        searchable
        data={services}
        value={service ?? null}
        onChange={(value) => onChange({ service: value ?? undefined })}
        flex="1 1 120px"
      />
      <Select
        aria-label={t('size')}
        placeholder={t('anySize')}
        clearable
        data={SIZES.map((value) => ({
          value,
          label: value === 'in' ? t('creditsIn') : t('chargesFrom', { amount: format.exact(value) }),
        }))}
        value={size ?? null}
        onChange={(value) => onChange({ size: value ?? undefined })}
        flex="1 1 140px"
      />
      <DaysInput
        from={date_from}
        to={date_to}
        onChange={({ from, to }) => onChange({ date_from: from, date_to: to })}
      />
      <ClearFilters
        isShown={Object.values(filters).some(Boolean)}
        onClear={() => onChange(Object.fromEntries(Object.keys(filters).map((name) => [name, undefined])))}
      />
    </Group>
  );
}
