import { Card, Checkbox, Group, Select, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { accountList } from '../../api/admin/accounts.ts';
import { allTiers } from '../../api/admin/tiers.ts';
import { sizeOf } from '../../api/paging.ts';
import type { ListedAccountView } from '../../api/schema.gen.ts';
import { isZero } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { defined } from '../../lib/defined.ts';
import { oneOf } from '../../lib/search.ts';
import { Amount, Cents } from '../../ui/amount.tsx';
import { ClearFilters, SearchInput } from '../../ui/filters.tsx';
import type { Column } from '../../ui/column.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { OpenButton } from '../../ui/open-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { AccountPanel } from './accounts/account-panel.tsx';
import { ACCOUNT_STATUSES, ACCOUNT_TONES } from './accounts/status.ts';

const route = getRouteApi('/shell/admin/accounts');
const SORTS = ['user_id', 'last_updated'] as const;

/** All accounts: search, and everything about one in a panel. */
export function Accounts() {
  const t = useTranslations('admin.accounts');
  const unit = useTranslations('unit');
  const { search, status, tier, in_debt, sort, account } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(
    accountList({
      search,
      tier,
      status: oneOf(ACCOUNT_STATUSES, status),
      in_debt: in_debt === 'true' ? true : undefined,
      sort: oneOf(SORTS, sort),
    }),
  );
  const columns = useColumns();
  const total = sizeOf(query.data);
  return (
    <Page title={t('title')} subtitle={total === null ? t('subtitle') : unit('accounts', { count: total })} isWide>
      <Card padding={0}>
        <Filters />
        <ListTable
          label={t('title')}
          query={query}
          columns={columns}
          rowId={({ user_id }) => user_id}
          onOpen={({ user_id }) => void navigate({ search: (now) => ({ ...now, account: user_id }) })}
          empty={<Empty title={t('none')} text={t('noneText')} />}
        />
      </Card>
      {account !== undefined && <AccountPanel key={account} id={account} />}
    </Page>
  );
}

function Filters() {
  const t = useTranslations('admin.accounts');
  const terms = useTranslations();
  const { search, status, tier, in_debt, sort } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...next }), replace: true });
  const { data: tiers = [] } = useQuery(allTiers());
  const none = { search: undefined, status: undefined, tier: undefined, in_debt: undefined, sort: undefined };
  return (
    <Group p="md" gap="sm" role="search" aria-label={t('filter')}>
      <SearchInput label={t('search')} value={search} onChange={(text) => change({ search: text })} />
      <Select
        aria-label={t('plan')}
        placeholder={t('anyPlan')}
        clearable
        data={tiers.map((plan) => ({ value: plan.tier, label: plan.name }))}
        value={tier ?? null}
        onChange={(value) => change({ tier: value ?? undefined })}
        flex="1 1 150px"
      />
      <Select
        aria-label={t('status')}
        placeholder={t('anyStatus')}
        clearable
        data={ACCOUNT_STATUSES.map((value) => ({ value, label: terms(`accountStatus.${value}`) }))}
        value={status ?? null}
        onChange={(value) => change({ status: value ?? undefined })}
        flex="1 1 150px"
      />
      <Select
        aria-label={t('sort')}
        allowDeselect={false}
        data={SORTS.map((value) => ({ value, label: t(`sorts.${value}`) }))}
        value={oneOf(SORTS, sort) ?? 'user_id'}
        onChange={(value) => change({ sort: value === 'user_id' ? undefined : (value ?? undefined) })}
        flex="1 1 170px"
      />
      <Checkbox
        label={t('inDebt')}
        checked={in_debt === 'true'}
        onChange={({ currentTarget }) => change({ in_debt: currentTarget.checked ? 'true' : undefined })}
      />
      <ClearFilters
        isShown={[search, status, tier, in_debt, sort].some((value) => value !== undefined)}
        onClear={() => change(none)}
      />
    </Group>
  );
}

function useColumns(): Column<ListedAccountView>[] {
  const t = useTranslations('admin.accounts');
  const terms = useTranslations();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'user_id',
        header: t('account'),
        cell: ({ user_id, email }) => (
          <div className="clip">
            <OpenButton>{user_id}</OpenButton>
            {email && (
              <Text size="xs" c="dimmed" truncate>
                {email}
              </Text>
            )}
          </div>
        ),
      },
      { id: 'tier', header: t('plan'), isWideOnly: true, cell: ({ tier }) => tier },
      {
        id: 'status',
        header: t('status'),
        isWideOnly: true,
        cell: ({ status }) => (
          <StatusBadge tone={ACCOUNT_TONES[status]}>{terms(`accountStatus.${status}`)}</StatusBadge>
        ),
      },
      {
        id: 'used',
        header: t('used'),
        isNumber: true,
        isWideOnly: true,
        cell: (row) => <Cents value={row.used_this_period} />,
      },
      {
        id: 'debt',
        header: t('debt'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ debt }) => (isZero(debt) ? '–' : <Cents value={debt} />),
      },
      {
        id: 'available',
        header: t('available'),
        isNumber: true,
        cell: ({ available }) => <Amount value={available} />,
      },
      {
        id: 'last',
        header: t('lastChange'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ last_updated }) => format.relative(last_updated),
      },
    ],
    [t, terms, format],
  );
}
