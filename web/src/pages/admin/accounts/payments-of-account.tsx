import { Stack, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { AccountOverviewView, DiscountView, PaymentView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { Money } from '../../../ui/amount.tsx';
import { Facts } from '../../../ui/facts.tsx';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { PAYMENT_TONES } from '../payments/tones.ts';

/** Subscription, payments and discounts of the account. */
export function PaymentsOfAccount({ detail }: { detail: AccountOverviewView }) {
  const t = useTranslations('admin.accounts');
  const terms = useTranslations();
  const format = useFormat();
  const { subscription } = detail;
  return (
    <Stack gap="lg">
      {subscription && (
        <section>
          <Title order={3}>{t('subscription')}</Title>
          <Facts
            facts={[
              [t('plan'), subscription.tier],
              [t('status'), terms(`subscriptionStatus.${subscription.status}`)],
              [t('amount'), <Money key="amount" value={subscription.amount} currency={subscription.currency} />],
              [t('paidUntil'), subscription.paid_until && format.minute(subscription.paid_until)],
              [t('ends'), subscription.cancel_at_period_end ? t('endsWithPeriod') : null],
            ]}
          />
        </section>
      )}
      <section>
        <Title order={3}>{t('payments')}</Title>
        <Payments payments={detail.payments} />
      </section>
      <section>
        <Title order={3}>{t('discounts')}</Title>
        <Discounts discounts={detail.discounts} />
      </section>
    </Stack>
  );
}

function Payments({ payments }: { payments: PaymentView[] }) {
  const t = useTranslations('admin.accounts');
  const terms = useTranslations();
  const format = useFormat();
  const columns: Column<PaymentView>[] = [
    {
      id: 'time',
      header: t('time'),
      cell: ({ id, created_at }) => (
        <Link to="/admin/payments" search={{ payment: id }} className="plain-link">
          {format.minute(created_at)}
        </Link>
      ),
    },
    { id: 'kind', header: t('kind'), cell: ({ kind }) => terms(`paymentKind.${kind}`) },
    {
      id: 'status',
      header: t('status'),
      cell: ({ status }) => <StatusBadge tone={PAYMENT_TONES[status]}>{terms(`paymentStatus.${status}`)}</StatusBadge>,
    },
    {
      id: 'amount',
      header: t('amount'),
      isNumber: true,
      cell: ({ amount, currency }) => <Money value={amount} currency={currency} />,
    },
  ];
  return (
    <SmallTable
      label={t('payments')}
      rows={payments}
      columns={columns}
      rowId={({ id }) => id}
      empty={t('noPayments')}
    />
  );
}

function Discounts({ discounts }: { discounts: DiscountView[] }) {
  const t = useTranslations('admin.accounts');
  const terms = useTranslations();
  const format = useFormat();
  const columns: Column<DiscountView>[] = [
    { id: 'code', header: t('code'), cell: ({ code }) => code },
    {
      id: 'value',
      header: t('value'),
      isNumber: true,
      cell: ({ coupon_type, value }) =>
        coupon_type === 'percentage_discount' ? format.percent(Number(value)) : <Money value={value} currency="USD" />,
    },
    { id: 'state', header: t('status'), cell: ({ status }) => terms(`discountStatus.${status}`) },
    {
      id: 'expires',
      header: t('expires'),
      isNumber: true,
      cell: ({ expires_at }) => (expires_at === null ? t('never') : format.minute(expires_at)),
    },
  ];
  return (
    <SmallTable
      label={t('discounts')}
      rows={discounts}
      columns={columns}
      rowId={({ id }) => id}
      empty={t('noDiscounts')}
    />
  );
}
