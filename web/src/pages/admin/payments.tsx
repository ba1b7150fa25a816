import { Card, Tabs } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { disputedPayments, heldPayments } from '../../api/admin/payments.ts';
import type { PaymentView } from '../../api/schema.gen.ts';
import { defined } from '../../lib/defined.ts';
import { useFormat } from '../../lib/format.ts';
import { oneOf } from '../../lib/search.ts';
import { Money } from '../../ui/amount.tsx';
import type { Column } from '../../ui/column.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { OpenButton } from '../../ui/open-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { PaymentEvents } from './payments/payment-events.tsx';
import { PaymentPanel } from './payments/payment-panel.tsx';
import { DISPUTE_TONES } from './payments/tones.ts';

const route = getRouteApi('/shell/admin/payments');
const TABS = ['held', 'disputes', 'events'] as const;

/** Payments that need an admin: held ones, disputes, and messages of the provider that could not be applied. */
export function Payments() {
  const t = useTranslations('admin.payments');
  const { tab, payment } = route.useSearch();
  const navigate = route.useNavigate();
  const panels: Record<(typeof TABS)[number], () => ReactNode> = {
    held: () => <Held />,
    disputes: () => <Disputes />,
    events: () => <PaymentEvents />,
  };
  return (
    <Page title={t('title')} subtitle={t('subtitle')} isWide>
      <Tabs
        value={oneOf(TABS, tab) ?? 'held'}
        onChange={(next) => void navigate({ search: defined({ tab: next ?? undefined }), replace: true })}
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
            <Card padding={0}>{panels[name]()}</Card>
          </Tabs.Panel>
        ))}
      </Tabs>
      {payment !== undefined && (
        <PaymentPanel
          key={payment}
          id={payment}
          onClose={() => void navigate({ search: (now) => defined({ ...now, payment: undefined }) })}
        />
      )}
    </Page>
  );
}

function useOpenPayment(): (payment: PaymentView) => void {
  const navigate = route.useNavigate();
  return ({ id }) => void navigate({ search: (now) => ({ ...now, payment: id }) });
}

function Held() {
  const t = useTranslations('admin.payments');
  const columns = useCommonColumns();
  const query = useInfiniteQuery(heldPayments());
  const why: Column<PaymentView> = {
    id: 'detail',
    header: t('why'),
    isWideOnly: true,
    cell: ({ detail }) => <div className="clip">{detail}</div>,
  };
  return (
    <ListTable
      label={t('tabs.held')}
      query={query}
      columns={[...columns, why]}
      rowId={({ id }) => id}
      onOpen={useOpenPayment()}
      empty={<Empty title={t('noHeld')} text={t('noHeldText')} />}
    />
  );
}

function Disputes() {
  const t = useTranslations('admin.payments');
  const terms = useTranslations();
  const columns = useCommonColumns();
  const query = useInfiniteQuery(disputedPayments());
  const more: Column<PaymentView>[] = [
    {
      id: 'disputed',
      header: t('disputed'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ disputed, currency }) => <Money value={disputed} currency={currency} />,
    },
    {
      id: 'dispute',
      header: t('dispute'),
      cell: ({ dispute }) => (
        <StatusBadge tone={DISPUTE_TONES[dispute]}>{terms(`disputeStatus.${dispute}`)}</StatusBadge>
      ),
    },
  ];
  return (
    <ListTable
      label={t('tabs.disputes')}
      query={query}
      columns={[...columns, ...more]}
      rowId={({ id }) => id}
      onOpen={useOpenPayment()}
      empty={<Empty title={t('noDisputes')} text={t('noDisputesText')} />}
    />
  );
}

function useCommonColumns(): Column<PaymentView>[] {
  const t = useTranslations('admin.payments');
  const terms = useTranslations();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'user',
        header: t('account'),
        cell: ({ user_id }) => (
          <div className="clip">
            <OpenButton>{user_id}</OpenButton>
          </div>
        ),
      },
      { id: 'kind', header: t('kind'), isWideOnly: true, cell: ({ kind }) => terms(`paymentKind.${kind}`) },
      { id: 'time', header: t('time'), isWideOnly: true, cell: (row) => format.minute(row.paid_at ?? row.created_at) },
      {
        id: 'amount',
        header: t('amount'),
        isNumber: true,
        cell: ({ settled, amount, currency }) => <Money value={settled ?? amount} currency={currency} />,
      },
    ],
    [t, terms, format],
  );
}
