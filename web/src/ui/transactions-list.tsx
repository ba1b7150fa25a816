import { Badge, Card, Group, Select, Text } from '@mantine/core';
import { IconReceipt2 } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { TransactionType, TransactionView } from '../api/schema.gen.ts';
import { servicesUsed, SIZES, type TransactionFilters, transactions } from '../api/transactions.ts';
import { useFormat } from '../lib/format.ts';
import { Amount } from './amount.tsx';
import { ClearFilters, DaysInput, SearchInput } from './filters.tsx';
import type { Column } from './column.ts';
import { ListTable } from './list-table.tsx';
import { OpenButton } from './open-button.tsx';
import { Empty } from './states.tsx';
import { useWords } from './words.ts';

const TYPES = ['usage', 'purchase', 'bonus', 'refund', 'adjustment'] as const satisfies readonly TransactionType[];
const TYPE_COLORS: Record<TransactionType, string> = {
  usage: 'gray',
  purchase: 'teal',
  bonus: 'grape',
  refund: 'blue',
  adjustment: 'orange',
};

interface TransactionsListProps {
  /** Somebody else's account, for admins. */
  userId?: string | undefined;
  filters: TransactionFilters;
  onChange: (change: Partial<TransactionFilters>) => void;
  /** Opens the receipt of a line. */
  onOpen: (id: string) => void;
}

/** The ledger of an account with its filters, newest line first. */
export function TransactionsList({ userId, filters, onChange, onOpen }: TransactionsListProps) {
  const t = useTranslations('transactions');
  const { time_zone } = useFormat();
  const query = useInfiniteQuery(transactions(filters, time_zone, userId));
  const columns = useColumns();
  const isFiltered = Object.values(filters).some(Boolean);
  return (
    <Card padding={0}>
      <Filters {...{ userId, filters, onChange }} />
      <ListTable
        label={t('title')}
        query={query}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => onOpen(id)}
        empty={
          <Empty
            icon={<IconReceipt2 aria-hidden />}
            title={isFiltered ? t('noneFits') : t('none')}
            text={isFiltered ? t('noneFitsText') : t('noneText')}
          />
        }
      />
    </Card>
  );
}

function Filters({ userId, filters, onChange }: Omit<TransactionsListProps, 'onOpen'>) {
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

function useColumns(): Column<TransactionView>[] {
  const t = useTranslations('transactions');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'what',
        header: t('what'),
        cell: (line) => <What line={line} />,
      },
      {
        id: 'when',
        header: t('when'),
        cell: ({ created_at }) => format.minute(created_at),
        isWideOnly: true,
      },
      {
        id: 'type',
        header: t('type'),
        cell: ({ transaction_type }) => <TypeBadge type={transaction_type} />,
        isWideOnly: true,
      },
      {
        id: 'amount',
        header: t('amount'),
        cell: ({ amount }) => <Amount value={amount} isChange />,
        isNumber: true,
      },
      {
        id: 'balance',
        header: t('balance'),
        cell: ({ balance_after }) => <Amount value={balance_after} />,
        isNumber: true,
        isWideOnly: true,
      },
    ],
    [t, format],
  );
}

function What({ line }: { line: TransactionView }) {
  const format = useFormat();
  const typeName = useWords('transactionType');
  const { model, description, service, transaction_type, created_at } = line;
  return (
    <div className="clip">
      <OpenButton>{model ?? description ?? typeName(transaction_type)}</OpenButton>
      <Text size="xs" c="dimmed" truncate>
        <span className="narrow-only">{format.minute(created_at)} · </span>
        {service ?? typeName(transaction_type)}
      </Text>
    </div>
  );
}

/** The type of a ledger line. */
export function TypeBadge({ type }: { type: TransactionType }) {
  const typeName = useWords('transactionType');
  return (
    <Badge variant="light" color={TYPE_COLORS[type]} tt="none">
      {typeName(type)}
    </Badge>
  );
}
