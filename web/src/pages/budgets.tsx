import { useSuspenseQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { me } from '../api/queries.ts';
import { AccountUsageChart } from '../ui/account-usage-chart.tsx';
import { BudgetsList } from '../ui/budgets/budgets-list.tsx';
import { CreateBudget } from '../ui/budgets/create-budget.tsx';
import { OwnAccount } from '../ui/own-account.tsx';
import { Page } from '../ui/page.tsx';
import { actsFor, may } from '../ui/pages.ts';

/** A person's budgets, above the spending that shows which ones are needed. */
export function Budgets() {
  const t = useTranslations('budgets');
  const { data: viewer } = useSuspenseQuery(me());
  return (
    <OwnAccount title={t('title')}>
      <Page title={t('title')} subtitle={t('subtitle')} actions={may(viewer, 'budgets:manage') && <CreateBudget />}>
        {/* by name: without one, admins get the budgets of all accounts */}
        <BudgetsList userId={actsFor(viewer)?.id ?? viewer.user_id} />
        {may(viewer, 'usage:read') && <AccountUsageChart />}
      </Page>
    </OwnAccount>
  );
}
