import { Card, Skeleton, Text } from '@mantine/core';
import { IconReceipt2 } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { TransactionView } from '../api/schema.gen.ts';
import { transactions } from '../api/transactions.ts';
import { useFormat } from '../lib/format.ts';
import { Amount } from './amount.tsx';
import type { Column } from './column.ts';
import { late } from './late.tsx';
import { ListTable } from './list-table.tsx';
import { OpenButton } from './open-button.tsx';
import { Empty } from './states.tsx';
import type { TransactionsFiltersProps } from './transactions-filters.tsx';
import { TypeBadge } from './type-badge.tsx';
import { useWords } from './words.ts';

const Filters = late(
  () => import('./transactions-filters.tsx').then(({ TransactionsFilters }) => TransactionsFilters),
  <Skeleton h={{ base: 180, sm: 36 }} w="auto" m="md" />,
);

interface TransactionsListProps extends TransactionsFiltersProps {
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
