import { Stack } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { dashboardConfig } from '../auth/config.ts';
import { OwnAccount } from '../ui/own-account.tsx';
import { Page } from '../ui/page.tsx';
import { AutoTopup } from './billing/auto-topup.tsx';
import { CurrentPlan } from './billing/current-plan.tsx';
import { Discounts } from './billing/discounts.tsx';
import { Packages } from './billing/packages.tsx';
import { Payments } from './billing/payments.tsx';
import { Plans } from './billing/plans.tsx';
import { Returned } from './billing/returned.tsx';

/** What is paid for: plan, packages, top-up, payments. Without a payment provider only the plan is left. */
export function Billing() {
  const t = useTranslations('billing');
  const hasPayments = dashboardConfig.features.payments;
  return (
    <OwnAccount title={t('title')}>
      <Page title={t('title')} subtitle={t(hasPayments ? 'subtitle' : 'withoutPayments')}>
        <Stack gap="lg">
          {hasPayments && <Returned />}
          <CurrentPlan hasPayments={hasPayments} />
          {hasPayments && <Discounts />}
          <Plans hasPayments={hasPayments} />
          {hasPayments && (
            <>
              <Packages />
              <AutoTopup />
              <Payments />
            </>
          )}
        </Stack>
      </Page>
    </OwnAccount>
  );
}
