import { Anchor, Card, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { payments } from '../../api/billing.ts';
import type { PaymentView } from '../../api/schema.gen.ts';
import { type AmountText, isZero } from '../../lib/amount.ts';
import { type Format, useFormat } from '../../lib/format.ts';
import { Amount, Money } from '../../ui/amount.tsx';
import { Facts } from '../../ui/facts.tsx';
import { AnchorLink } from '../../ui/links.tsx';
import type { Column } from '../../ui/column.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { OpenButton } from '../../ui/open-button.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusBadge, type Tone } from '../../ui/status-badge.tsx';
import { planName } from './plan-switch.ts';

const route = getRouteApi('/shell/billing');

const TONES: Record<PaymentView['status'], Tone> = {
  open: 'waiting',
  processing: 'waiting',
  held: 'waiting',
  paid: 'good',
  failed: 'bad',
  refused: 'bad',
  expired: 'neutral',
};

/** Every payment, newest first; each opens its receipt. */
export function Payments() {
  const t = useTranslations('billing');
  const navigate = route.useNavigate();
  const { payment: opened } = route.useSearch();
  const query = useInfiniteQuery(payments());
  const shown = query.data?.pages.flatMap(({ items }) => items).find(({ id }) => id === opened);
  const open = (payment: string | undefined) => void navigate({ search: (before) => ({ ...before, payment }) });
  return (
    <section>
      <Title order={2} mb="sm">
        {t('history')}
      </Title>
      <Card p={0} className="short-list">
        <ListTable
          label={t('history')}
          query={query}
          columns={useColumns()}
          rowId={({ id }) => id}
          onOpen={({ id }) => open(id)}
          empty={<Empty title={t('noPayments')} text={t('noPaymentsText')} />}
        />
      </Card>
      <SidePanel title={t('receipt')} isOpen={shown !== undefined} onClose={() => open(undefined)}>
        {shown && <Receipt payment={shown} />}
      </SidePanel>
    </section>
  );
}

function useGoods(): (payment: PaymentView) => string {
  const t = useTranslations('billing');
  return ({ kind, package_code, tier }) =>
    t(`kinds.${kind}`, { goods: tier === null ? (package_code ?? '') : planName(tier) });
}

function useColumns(): Column<PaymentView>[] {
  const t = useTranslations('billing');
  const format = useFormat();
  const goodsOf = useGoods();
  return [
    { id: 'goods', header: t('goods'), cell: (row) => <OpenButton>{goodsOf(row)}</OpenButton> },
    { id: 'created_at', header: t('date'), isWideOnly: true, cell: (row) => format.minute(row.created_at) },
    {
      id: 'status',
      header: t('status'),
      cell: ({ status }) => <StatusBadge tone={TONES[status]}>{t(`statuses.${status}`)}</StatusBadge>,
    },
    {
      id: 'credits',
      header: t('credits'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ credits }) => <Amount value={credits} />,
    },
    {
      id: 'amount',
      header: t('amount'),
      isNumber: true,
      cell: ({ amount, currency }) => <Money value={amount} currency={currency} />,
    },
  ];
}

/** What was paid, what it gave, and what was returned. */
function Receipt({ payment }: { payment: PaymentView }) {
  const t = useTranslations('billing');
  const format = useFormat();
  const goodsOf = useGoods();
  const { status, detail, checkout_url, transaction_id } = payment;
  return (
    <Stack>
      <div>
        <Text fw={600} size="lg">
          {goodsOf(payment)}
        </Text>
        <StatusBadge tone={TONES[status]}>{t(`statuses.${status}`)}</StatusBadge>
      </div>
      {detail !== null && <Text size="sm">{detail}</Text>}
      {status === 'open' && checkout_url !== null && <Anchor href={checkout_url}>{t('payNow')}</Anchor>}
      <Facts facts={moneyOf(payment, t)} />
      <Facts facts={creditsOf(payment, t, format)} />
      {transaction_id !== null && (
        <AnchorLink to="/transactions" search={{ receipt: transaction_id }}>
          {t('ledgerLine')}
        </AnchorLink>
      )}
    </Stack>
  );
}

type Texts = ReturnType<typeof useTranslations<'billing'>>;
type FactList = React.ComponentProps<typeof Facts>['facts'];

function moneyOf({ amount, discount, settled, refunded, disputed, currency }: PaymentView, t: Texts): FactList {
  const money = (value: AmountText | null) => value !== null && <Money value={value} currency={currency} />;
  const unlessZero = (value: AmountText) => (isZero(value) ? null : money(value));
  return [
    [t('amount'), money(amount)],
    [t('discountTaken'), unlessZero(discount)],
    [t('settled'), settled === null ? null : money(settled)],
    [t('refunded'), unlessZero(refunded)],
    [t('disputed'), unlessZero(disputed)],
  ];
}

function creditsOf(payment: PaymentView, t: Texts, format: Format): FactList {
  const { id, credits, taken_back, created_at, paid_at, covers_until } = payment;
  return [
    [t('credits'), <Amount key="credits" value={credits} />],
    [t('takenBack'), isZero(taken_back) ? null : <Amount value={taken_back} />],
    [t('ordered'), format.minute(created_at)],
    [t('paidAt'), paid_at && format.minute(paid_at)],
    [t('coversUntil'), covers_until && format.longDay(covers_until)],
    [t('paymentId'), id],
  ];
}
