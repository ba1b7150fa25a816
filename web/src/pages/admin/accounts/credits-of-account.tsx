import { Stack, Title } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { AccountOverviewView, GrantView, HoldView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { Amount } from '../../../ui/amount.tsx';
import { Facts } from '../../../ui/facts.tsx';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';

/** What the account has, what is held, and the limits that apply. */
export function CreditsOfAccount({ detail }: { detail: AccountOverviewView }) {
  const t = useTranslations('admin.accounts');
  return (
    <Stack gap="lg">
      <section>
        <Title order={3}>{t('grants')}</Title>
        <Grants grants={detail.grants} />
      </section>
      <section>
        <Title order={3}>{t('limits')}</Title>
        <Limits account={detail.account} />
      </section>
      <section>
        <Title order={3}>{t('holds')}</Title>
        <Holds holds={detail.holds} />
      </section>
    </Stack>
  );
}

function Grants({ grants }: { grants: GrantView[] }) {
  const t = useTranslations('admin.accounts');
  const terms = useTranslations();
  const format = useFormat();
  const columns: Column<GrantView>[] = [
    { id: 'source', header: t('source'), cell: ({ source }) => terms(`grantSource.${source}`) },
    { id: 'amount', header: t('amount'), isNumber: true, cell: ({ amount }) => <Amount value={amount} /> },
    { id: 'left', header: t('left'), isNumber: true, cell: ({ remaining }) => <Amount value={remaining} /> },
    {
      id: 'expires',
      header: t('expires'),
      isNumber: true,
      cell: ({ expires_at }) => (expires_at === null ? t('never') : format.minute(expires_at)),
    },
  ];
  return (
    <SmallTable label={t('grants')} rows={grants} columns={columns} rowId={({ id }) => id} empty={t('noGrants')} />
  );
}

function Holds({ holds }: { holds: HoldView[] }) {
  const t = useTranslations('admin.accounts');
  const format = useFormat();
  const columns: Column<HoldView>[] = [
    { id: 'work', header: t('work'), cell: ({ service, model }) => model ?? service },
    { id: 'amount', header: t('amount'), isNumber: true, cell: ({ amount }) => <Amount value={amount} /> },
    { id: 'since', header: t('since'), isNumber: true, cell: ({ created_at }) => format.relative(created_at) },
    { id: 'expires', header: t('expires'), isNumber: true, cell: ({ expires_at }) => format.relative(expires_at) },
  ];
  return <SmallTable label={t('holds')} rows={holds} columns={columns} rowId={({ id }) => id} empty={t('noHolds')} />;
}

function Limits({ account }: { account: AccountOverviewView['account'] }) {
  const t = useTranslations('admin.accounts');
  const format = useFormat();
  const of = (used: number, limit: number | null) =>
    limit === null
      ? t('usedUnlimited', { used: format.count(used) })
      : t('usedOf', { used: format.count(used), limit: format.count(limit) });
  return (
    <Facts
      facts={[
        [t('plan'), account.tier],
        [t('nextPlan'), account.next_tier],
        [t('renews'), format.minute(account.reset_date)],
        [t('paidUntil'), account.paid_until && format.minute(account.paid_until)],
        [t('cap'), account.monthly_cap === null ? t('noCap') : <Amount value={account.monthly_cap} />],
        [t('callsToday'), of(account.calls_today, account.calls_per_day)],
        [t('callsPeriod'), of(account.calls_this_period, account.calls_per_month)],
        [t('freeCallsToday'), of(account.free_calls_today, account.free_calls_per_day)],
        [t('opened'), format.minute(account.created_at)],
        [t('movedTo'), account.moved_to],
      ]}
    />
  );
}
