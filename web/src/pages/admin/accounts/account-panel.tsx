import { Group, SimpleGrid, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { accountDetail } from '../../../api/admin/accounts.ts';
import type { AccountOverviewView } from '../../../api/schema.gen.ts';
import { defined } from '../../../lib/defined.ts';
import { oneOf } from '../../../lib/search.ts';
import { AccountUsageChart } from '../../../ui/account-usage-chart.tsx';
import { Amount } from '../../../ui/amount.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { Loaded } from '../../../ui/states.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { AccountActions } from './actions.tsx';
import { AuditOfAccount } from './audit-of-account.tsx';
import { BudgetsOfAccount } from './budgets-of-account.tsx';
import { CreditsOfAccount } from './credits-of-account.tsx';
import { KeysOfAccount } from './keys-of-account.tsx';
import { LedgerOfAccount } from './ledger-of-account.tsx';
import { PaymentsOfAccount } from './payments-of-account.tsx';
import { ACCOUNT_TONES } from './status.ts';

const route = getRouteApi('/shell/admin/accounts');
const TABS = ['credits', 'transactions', 'usage', 'keys', 'budgets', 'payments', 'audit'] as const;

/** Everything about one account, with what an admin can do beside it. */
export function AccountPanel({ id }: { id: string }) {
  const navigate = route.useNavigate();
  const query = useQuery(accountDetail(id));
  const close = () =>
    void navigate({ search: (now) => defined({ ...now, account: undefined, tab: undefined, receipt: undefined }) });
  return (
    <SidePanel size="xl" isOpen onClose={close} title={<Heading id={id} detail={query.data} />}>
      <Loaded query={query} height={640}>
        {(detail) => <Detail detail={detail} />}
      </Loaded>
    </SidePanel>
  );
}

function Heading({ id, detail }: { id: string; detail: AccountOverviewView | undefined }) {
  const terms = useTranslations();
  const status = detail?.account.status;
  return (
    <Group gap="sm">
      <Text fw={650} fz="lg" component="span">
        {id}
      </Text>
      {status && <StatusBadge tone={ACCOUNT_TONES[status]}>{terms(`accountStatus.${status}`)}</StatusBadge>}
    </Group>
  );
}

function Detail({ detail }: { detail: AccountOverviewView }) {
  const t = useTranslations('admin.accounts');
  const { account } = detail;
  return (
    <Stack gap="lg">
      {account.status_reason && (
        <Text size="sm" c="dimmed">
          {t('statusReason', { reason: account.status_reason })}
        </Text>
      )}
      <SimpleGrid cols={{ base: 2, sm: 4 }} component="dl" m={0}>
        <Figure label={t('available')} value={<Amount value={account.available} />} />
        <Figure label={t('held')} value={<Amount value={account.held} />} />
        <Figure label={t('debt')} value={<Amount value={account.debt} />} />
        <Figure label={t('used')} value={<Amount value={account.used_this_period} />} />
      </SimpleGrid>
      <AccountActions detail={detail} />
      <DetailTabs detail={detail} />
    </Stack>
  );
}

function Figure({ label, value }: { label: string; value: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} fw={600}>
        {value}
      </Text>
    </div>
  );
}

function DetailTabs({ detail }: { detail: AccountOverviewView }) {
  const t = useTranslations('admin.accounts');
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const panels: Record<(typeof TABS)[number], () => ReactNode> = {
    credits: () => <CreditsOfAccount detail={detail} />,
    transactions: () => <LedgerOfAccount userId={detail.account.user_id} />,
    usage: () => <AccountUsageChart userId={detail.account.user_id} />,
    keys: () => <KeysOfAccount userId={detail.account.user_id} />,
    budgets: () => <BudgetsOfAccount userId={detail.account.user_id} />,
    payments: () => <PaymentsOfAccount detail={detail} />,
    audit: () => <AuditOfAccount detail={detail} />,
  };
  return (
    <Tabs
      value={oneOf(TABS, tab) ?? 'credits'}
      onChange={(next) =>
        void navigate({ search: (now) => defined({ ...now, tab: next ?? undefined }), replace: true })
      }
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {t(`tabs.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {TABS.map((name) => (
        <Tabs.Panel key={name} value={name}>
          {panels[name]()}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
