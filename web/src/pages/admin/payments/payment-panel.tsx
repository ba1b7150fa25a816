import { Alert, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { paymentDetail } from '../../../api/admin/payments.ts';
import type { DisputeView, PaymentDetailView, RefundView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { Amount, Money } from '../../../ui/amount.tsx';
import { Facts } from '../../../ui/facts.tsx';
import type { Column } from '../../../ui/column.ts';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Loaded } from '../../../ui/states.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { ReviewForms } from './review-forms.tsx';
import { DISPUTE_TONES, PAYMENT_TONES } from './tones.ts';

/** A payment with its refunds and disputes; a held one can be accepted or refused. */
export function PaymentPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTranslations('admin.payments');
  const query = useQuery(paymentDetail(id));
  return (
    <SidePanel size="lg" isOpen onClose={onClose} title={t('payment')}>
      <Loaded query={query} height={560}>
        {(payment) => (
          <Stack gap="lg">
            {payment.detail !== null && <Alert color="orange">{payment.detail}</Alert>}
            {payment.status === 'held' && <ReviewForms payment={payment} onDone={onClose} />}
            <PaymentFacts payment={payment} />
            {payment.refunds.length > 0 && <Refunds refunds={payment.refunds} />}
            {payment.disputes.length > 0 && <Disputes disputes={payment.disputes} />}
          </Stack>
        )}
      </Loaded>
    </SidePanel>
  );
}

function PaymentFacts({ payment }: { payment: PaymentDetailView }) {
  const t = useTranslations('admin.payments');
  const terms = useTranslations();
  const format = useFormat();
  const { currency, user_id } = payment;
  const money = (value: PaymentDetailView['settled']) => value !== null && <Money value={value} currency={currency} />;
  return (
    <Facts
      facts={[
        [
          t('account'),
          <Link key="account" to="/admin/accounts" search={{ account: user_id }} className="plain-link">
            {user_id}
          </Link>,
        ],
        [
          t('status'),
          <StatusBadge key="status" tone={PAYMENT_TONES[payment.status]}>
            {terms(`paymentStatus.${payment.status}`)}
          </StatusBadge>,
        ],
        [t('kind'), terms(`paymentKind.${payment.kind}`)],
        [t('package'), payment.package_code],
        [t('plan'), payment.tier],
        [t('credits'), <Amount key="credits" value={payment.credits} />],
        [t('price'), money(payment.amount)],
        [t('discount'), money(payment.discount)],
        [t('settled'), money(payment.settled) || t('unknown')],
        [t('refunded'), money(payment.refunded)],
        [t('disputed'), money(payment.disputed)],
        [t('takenBack'), <Amount key="taken" value={payment.taken_back} />],
        [t('offeredAt'), format.second(payment.created_at)],
        [t('paidAt'), payment.paid_at === null ? t('unknown') : format.second(payment.paid_at)],
        [t('reviewedBy'), payment.reviewed_by],
        [t('id'), payment.id],
      ]}
    />
  );
}

function Refunds({ refunds }: { refunds: RefundView[] }) {
  const t = useTranslations('admin.payments');
  const terms = useTranslations();
  const format = useFormat();
  const columns: Column<RefundView>[] = [
    { id: 'time', header: t('time'), cell: ({ created_at }) => format.minute(created_at) },
    { id: 'status', header: t('status'), cell: ({ status }) => terms(`refundStatus.${status}`) },
    {
      id: 'amount',
      header: t('amount'),
      isNumber: true,
      cell: (row) => <Money value={row.amount} currency={row.currency} />,
    },
  ];
  return (
    <section>
      <Title order={3}>{t('refunds')}</Title>
      <SmallTable label={t('refunds')} rows={refunds} columns={columns} rowId={(row) => row.refund_id} empty="" />
    </section>
  );
}

function Disputes({ disputes }: { disputes: DisputeView[] }) {
  const t = useTranslations('admin.payments');
  const terms = useTranslations();
  const format = useFormat();
  const columns: Column<DisputeView>[] = [
    { id: 'time', header: t('time'), cell: ({ created_at }) => format.minute(created_at) },
    {
      id: 'status',
      header: t('status'),
      cell: ({ status }) => <StatusBadge tone={DISPUTE_TONES[status]}>{terms(`disputeStatus.${status}`)}</StatusBadge>,
    },
    {
      id: 'amount',
      header: t('amount'),
      isNumber: true,
      cell: (row) => <Money value={row.amount} currency={row.currency} />,
    },
  ];
  return (
    <section>
      <Title order={3}>{t('itsDisputes')}</Title>
      <SmallTable label={t('itsDisputes')} rows={disputes} columns={columns} rowId={(row) => row.dispute_id} empty="" />
    </section>
  );
}
