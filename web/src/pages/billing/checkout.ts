import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../api/client.ts';

/** Leaves for a page of the payment provider. */
export function openProviderPage(url: string): void {
  location.assign(url);
}

/** Buys a package or a plan: leaves for the checkout page, unless a discount covers the whole price. */
export function useCheckout() {
  const t = useTranslations('billing');
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (goods: { package_code: string } | { tier: string }) =>
      bodyOf(api.POST('/api/v1/payments/checkout', { body: goods })),
    onSuccess: async ({ status, checkout_url, detail }) => {
      if (status === 'open' && checkout_url !== null) {
        openProviderPage(checkout_url);
        return;
      }
      notifications.show({ message: status === 'paid' ? t('bought') : (detail ?? t('statuses.processing')) });
      await queries.invalidateQueries();
    },
  });
}
