import { Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslations } from 'use-intl';
import { sizeOf } from '../api/paging.ts';
import type { TransactionType } from '../api/schema.gen.ts';
import { exportTransactions, type Size, type TransactionFilters, transactions } from '../api/transactions.ts';
import { defined } from '../lib/defined.ts';
import { useFormat } from '../lib/format.ts';
import { late } from '../ui/late.tsx';
import { OwnAccount } from '../ui/own-account.tsx';
import { Page } from '../ui/page.tsx';
import { ReceiptDrawer } from '../ui/receipt-drawer.tsx';
import { TransactionsList } from '../ui/transactions-list.tsx';

const ExportMenu = late(
  () => import('../ui/export-menu.tsx').then(({ ExportMenu }) => ExportMenu),
  <Skeleton h={36} w={120} />,
);
const route = getRouteApi('/shell/transactions');

/** A person's ledger. Filters and the open receipt are in the address. */
export function Transactions() {
  const t = useTranslations('transactions');
  return (
    <OwnAccount title={t('title')}>
      <OwnTransactions />
    </OwnAccount>
  );
}

function OwnTransactions() {
  const t = useTranslations('transactions');
  const { receipt, transaction_type, size, ...texts } = route.useSearch();
  const navigate = route.useNavigate();
  const { time_zone } = useFormat();
  const filters: TransactionFilters = defined({
    ...texts,
    transaction_type: transaction_type as TransactionType,
    size: size as Size,
  });
  const set = useCallback(
    (change: Partial<TransactionFilters> & { receipt?: undefined }) =>
      void navigate({ search: (now) => defined({ ...now, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  // "Back" closes the receipt
  const open = useCallback(
    (id: string) => void navigate({ search: (now) => ({ ...now, receipt: id }), resetScroll: false }),
    [navigate],
  );
  return (
    <Page
      title={t('title')}
      subtitle={<Total filters={filters} />}
      isWide
      actions={
        <ExportMenu name="transactions" fetchFile={(format) => exportTransactions(filters, time_zone, format)} />
      }
    >
      <TransactionsList filters={filters} onChange={set} onOpen={open} />
      <ReceiptDrawer id={receipt ?? null} onClose={() => set({ receipt: undefined })} onOpen={open} />
    </Page>
  );
}

function Total({ filters }: { filters: TransactionFilters }) {
  const t = useTranslations('transactions');
  const { time_zone } = useFormat();
  const { data } = useInfiniteQuery(transactions(filters, time_zone));
  const total = sizeOf(data);
  return total === null ? t('newestFirst') : t('lines', { count: total });
}
