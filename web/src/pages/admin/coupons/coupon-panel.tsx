import { Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { couponStats } from '../../../api/admin/coupon-codes.ts';
import { api } from '../../../api/client.ts';
import type { CouponDayView, CouponStatsView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { Amount } from '../../../ui/amount.tsx';
import { Facts } from '../../../ui/facts.tsx';
import type { Column } from '../../../ui/column.ts';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Loaded } from '../../../ui/states.tsx';
import { useCouponValue } from './coupon-value.tsx';

/** A coupon: its terms, its redemptions by day, and the way to end it. */
export function CouponPanel({ code, onClose }: { code: string; onClose: () => void }) {
  const query = useQuery(couponStats(code));
  return (
    <SidePanel isOpen onClose={onClose} title={code}>
      <Loaded query={query} height={480}>
        {(coupon) => <Coupon coupon={coupon} />}
      </Loaded>
    </SidePanel>
  );
}

function Coupon({ coupon }: { coupon: CouponStatsView }) {
  const t = useTranslations('admin.coupons');
  const format = useFormat();
  const columns: Column<CouponDayView>[] = [
    { id: 'day', header: t('day'), cell: ({ date }) => format.calendarDay(date) },
    { id: 'used', header: t('used'), isNumber: true, cell: ({ used_count }) => format.count(used_count) },
    { id: 'credits', header: t('credits'), isNumber: true, cell: (row) => <Amount value={row.credits_awarded} /> },
  ];
  return (
    <Stack>
      {coupon.is_active && (
        <Group justify="end">
          <ConfirmedAction
            label={t('deactivate')}
            question={t('deactivateQuestion', { code: coupon.code })}
            done={t('deactivated')}
            isDangerous
            action={() => api.DELETE('/api/v1/credits/coupons/{code}', { params: { path: { code: coupon.code } } })}
          />
        </Group>
      )}
      <CouponFacts coupon={coupon} />
      <Title order={3}>{t('byDay')}</Title>
      <SmallTable
        label={t('byDay')}
        rows={coupon.by_day}
        columns={columns}
        rowId={({ date }) => date}
        empty={t('notRedeemed')}
      />
    </Stack>
  );
}

function CouponFacts({ coupon }: { coupon: CouponStatsView }) {
  const t = useTranslations('admin.coupons');
  const terms = useTranslations();
  const format = useFormat();
  const valueOf = useCouponValue();
  const conditions = [
    coupon.first_purchase_only && t('firstPurchase'),
    coupon.new_accounts_only && t('newAccounts'),
    coupon.tiers.length > 0 && t('onlyPlans', { plans: coupon.tiers.join(', ') }),
  ].filter((text) => text !== false);
  return (
    <Facts
      facts={[
        [t('type'), terms(`couponType.${coupon.coupon_type}`)],
        [t('value'), valueOf(coupon)],
        [t('used'), format.count(coupon.used_count)],
        [t('left'), coupon.remaining_uses === null ? t('unlimited') : format.count(coupon.remaining_uses)],
        [t('awarded'), <Amount key="awarded" value={coupon.credits_awarded} />],
        [t('validFrom'), format.minute(coupon.valid_from)],
        [t('expires'), coupon.expires_at === null ? t('never') : format.minute(coupon.expires_at)],
        [t('state'), coupon.is_active ? t('states.active') : t('states.deactivated')],
        [t('conditions'), conditions.join('; ')],
        [t('description'), coupon.description],
        [t('createdBy'), coupon.created_by],
      ]}
    />
  );
}
