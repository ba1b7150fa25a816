import { Alert, List, Text } from '@mantine/core';
import { IconDiscount2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { discounts } from '../../api/billing.ts';
import { useFormat } from '../../lib/format.ts';
import { useCouponWorth } from '../../ui/coupon-worth.ts';
import { ProblemAlert } from '../../ui/states.tsx';

/** Discounts that wait for the next payment. */
export function Discounts() {
  const t = useTranslations('billing');
  const format = useFormat();
  const worth = useCouponWorth();
  const query = useQuery(discounts());
  if (query.error) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  const waiting = query.data?.filter(({ status }) => status === 'unused') ?? [];
  if (waiting.length === 0) return null;
  return (
    <Alert color="teal" icon={<IconDiscount2 aria-hidden />} title={t('discounts')}>
      <Text size="sm" mb="xs">
        {t('discountsText')}
      </Text>
      <List size="sm">
        {waiting.map((discount) => (
          <List.Item key={discount.id}>
            {discount.expires_at === null
              ? t('discount', { code: discount.code, worth: worth(discount) })
              : t('discountUntil', {
                  code: discount.code,
                  worth: worth(discount),
                  day: format.longDay(discount.expires_at),
                })}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
