import { useTranslations } from 'use-intl';
import type { DiscountView } from '../api/schema.gen.ts';
import { useFormat } from '../lib/format.ts';

/** @returns a function that says what a coupon or discount gives: `20% off the next payment`, `10.00 credits` */
export function useCouponWorth(): (coupon: Pick<DiscountView, 'coupon_type' | 'value'>) => string {
  const t = useTranslations('coupons');
  const format = useFormat();
  return ({ coupon_type, value }) => {
    switch (coupon_type) {
      case 'credit_bonus':
        return t('credits', { amount: format.exact(value) });
      case 'free_month':
        return t('freeMonth');
      case 'percentage_discount':
        return t('percentOff', { percent: format.percent(Number(value)) });
      case 'fixed_discount':
        return t('moneyOff', { money: format.money(value, 'usd') });
    }
  };
}
