import { Alert, Card, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { reconciliationState } from '../../api/admin/platform.ts';
import type { ReconciliationStateView, StoredReconciliationView } from '../../api/schema.gen.ts';
import type { AmountText } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { Money } from '../../ui/amount.tsx';
import type { Column } from '../../ui/column.ts';
import { Page } from '../../ui/page.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { StatCard } from '../../ui/stat-card.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';

/** What the service booked compared with what OpenRouter says that it used. */
export function Reconciliation() {
  const t = useTranslations('admin.reconciliation');
  const query = useQuery(reconciliationState());
  return (
    <Page title={t('title')} subtitle={t('subtitle')} isWide>
      <Loaded query={query} height={420}>
        {(state) => <Comparisons state={state} />}
      </Loaded>
    </Page>
  );
}

function Comparisons({ state }: { state: ReconciliationStateView }) {
  const t = useTranslations('admin.reconciliation');
  const columns = useColumns();
  if (!state.is_configured)
    return (
      <Card>
        <Empty title={t('off')} text={t('offText')} />
      </Card>
    );
  return (
    <>
      {state.error !== null && (
        <Alert color="red" title={t('failed')}>
          {state.error}{' '}
          <Link to="/admin/jobs" search={{ tab: 'runs', queue: 'openrouter-reconciliation' }} className="plain-link">
            {t('runs')}
          </Link>
        </Alert>
      )}
      <Summary state={state} />
      <Card padding={0}>
        <SmallTable
          label={t('title')}
          rows={state.comparisons}
          columns={columns}
          rowId={({ compared_at }) => compared_at}
          empty={<Empty title={t('none')} text={t('noneText')} />}
        />
      </Card>
    </>
  );
}

function Summary({ state }: { state: ReconciliationStateView }) {
  const t = useTranslations('admin.reconciliation');
  const format = useFormat();
  const [latest] = state.comparisons;
  const accountDifference = latest?.account_difference ?? null;
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <StatCard
        label={t('latest')}
        value={latest ? <Money value={latest.difference} currency="USD" /> : t('unknown')}
        detail={latest && format.relative(latest.compared_at)}
        badge={latest && <Agreement comparison={latest} />}
      />
      <StatCard
        label={t('account')}
        value={accountDifference === null ? t('unknown') : <Money value={accountDifference} currency="USD" />}
        detail={state.compares_account ? latest?.account_note : t('needsManagementKey')}
      />
      <StatCard
        label={t('next')}
        value={state.next_run_at === null ? t('unknown') : format.relative(state.next_run_at)}
        detail={state.next_run_at !== null && format.minute(state.next_run_at)}
      />
    </SimpleGrid>
  );
}

function Agreement({ comparison }: { comparison: StoredReconciliationView }) {
  const t = useTranslations('admin.reconciliation');
  return (
    <StatusBadge tone={comparison.agrees ? 'good' : 'bad'}>{t(comparison.agrees ? 'agrees' : 'differs')}</StatusBadge>
  );
}

function useColumns(): Column<StoredReconciliationView>[] {
  const t = useTranslations('admin.reconciliation');
  const format = useFormat();
  const usd = (value: AmountText | null) => (value === null ? '–' : <Money value={value} currency="USD" />);
  return [
    { id: 'day', header: t('day'), cell: ({ date }) => format.calendarDay(date) },
    { id: 'booked', header: t('booked'), isNumber: true, cell: ({ booked }) => usd(booked) },
    { id: 'provider', header: t('provider'), isNumber: true, cell: ({ provider }) => usd(provider) },
    { id: 'difference', header: t('difference'), isNumber: true, cell: ({ difference }) => usd(difference) },
    {
      id: 'account',
      header: t('accountDifference'),
      isNumber: true,
      isWideOnly: true,
      cell: (row) => usd(row.account_difference),
    },
    {
      id: 'open',
      header: t('openCalls'),
      isNumber: true,
      isWideOnly: true,
      cell: (row) => format.count(row.open_calls),
    },
    { id: 'agrees', header: t('result'), isNumber: true, cell: (row) => <Agreement comparison={row} /> },
  ];
}
