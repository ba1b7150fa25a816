import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { TransactionFilters } from '../../../api/transactions.ts';
import { defined } from '../../../lib/defined.ts';
import { ReceiptDrawer } from '../../../ui/receipt-drawer.tsx';
import { TransactionsList } from '../../../ui/transactions-list.tsx';

const route = getRouteApi('/shell/admin/accounts');

/** The account's ledger; a line opens its receipt. */
export function LedgerOfAccount({ userId }: { userId: string }) {
  const [filters, setFilters] = useState<TransactionFilters>({});
  const { receipt } = route.useSearch();
  const navigate = route.useNavigate();
  const open = useCallback(
    (id: string | undefined) => void navigate({ search: (now) => defined({ ...now, receipt: id }) }),
    [navigate],
  );
  return (
    <>
      <TransactionsList
        userId={userId}
        filters={filters}
        onChange={(change) => setFilters((now) => defined({ ...now, ...change }))}
        onOpen={open}
      />
      <ReceiptDrawer id={receipt ?? null} userId={userId} onClose={() => open(undefined)} onOpen={open} />
    </>
  );
}
