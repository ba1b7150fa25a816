import { type ReactNode, useCallback } from 'react';
import { useTranslations } from 'use-intl';
import type { CouponView } from '../../../api/schema.gen.ts';
import { shareOfPercent } from '../../../lib/amount.ts';
import { useFormat } from '../../../lib/format.ts';
import { Amount, Money } from '../../../ui/amount.tsx';

/** @returns a function that shows what a coupon gives, in its own unit */
export function useCouponValue(): (coupon: Pick<CouponView, 'coupon_type' | 'value'>) => ReactNode {
  const t = useTranslations('admin.coupons');
  const format = useFormat();
  return useCallback(
    ({ coupon_type, value }) => {
      if (coupon_type === 'credit_bonus') return <Amount value={value} withUnit />;
      if (coupon_type === 'free_month') return t('oneMonth');
      if (coupon_type === 'fixed_discount') return <Money value={value} currency="USD" />;
      return format.share(shareOfPercent(value));
    },
    [t, format],
  );
}
