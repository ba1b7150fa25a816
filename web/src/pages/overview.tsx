import { Alert, SimpleGrid, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { me } from '../api/queries.ts';
import type { MeView } from '../api/schema.gen.ts';
import { dashboardConfig } from '../auth/config.ts';
import { isZero } from '../lib/amount.ts';
import { dayIn } from '../lib/dates.ts';
import { useFormat } from '../lib/format.ts';
import { AccountUsageChart } from '../ui/account-usage-chart.tsx';
import { Later } from '../ui/later.tsx';
import { ButtonLink } from '../ui/links.tsx';
import { OwnAccount } from '../ui/own-account.tsx';
import { Page } from '../ui/page.tsx';
import { seesOwnPart } from '../ui/pages.ts';
import { NoAccess } from '../ui/states.tsx';
import { Amount } from '../ui/amount.tsx';
import { AvailableCard } from './overview/available-card.tsx';
import { BurnsNext } from './overview/burns-next.tsx';
import { DearestModels } from './overview/dearest-models.tsx';
import { ForecastCard } from './overview/forecast-card.tsx';
import { Insights } from './overview/insights.tsx';
import { SpentCard } from './overview/spent-card.tsx';

const LATER_HEIGHT = 1_000;
const BELOW_CHART_HEIGHT = 380;

type Account = NonNullable<MeView['account']>;

/** The first page: what there is, where it goes, and how long it lasts. */
export function Overview() {
  const t = useTranslations('overview');
  const { data: viewer } = useSuspenseQuery(me());
  return (
    <OwnAccount title={t('title')}>
      <Page title={t('title')} subtitle={t('subtitle')}>
        {viewer.account ? <Whole viewer={viewer} account={viewer.account} /> : <WithoutBalance viewer={viewer} />}
      </Page>
    </OwnAccount>
  );
}

function Whole({ account, viewer }: { account: Account; viewer: MeView }) {
  const { plan, limits } = viewer;
  if (seesOwnPart(viewer)) return <OwnPart account={account} viewer={viewer} />;
  return (
    <Stack gap="lg">
      <Warnings account={account} />
      <SimpleGrid cols={{ base: 1, md: 3 }}>
        <AvailableCard {...{ account, plan, limits }} />
        <SpentCard />
        <ForecastCard account={account} />
      </SimpleGrid>
      <Later height={LATER_HEIGHT}>
        <BurnsNext />
        <Usage />
      </Later>
    </Stack>
  );
}

/** What a member sees of an organization: the pool, and its own work. */
function OwnPart({ account, viewer: { plan, limits } }: { account: Account; viewer: MeView }) {
  return (
    <Stack gap="lg">
      <Warnings account={account} />
      <SimpleGrid cols={{ base: 1, md: 3 }}>
        <AvailableCard {...{ account, plan, limits }} />
      </SimpleGrid>
      <AccountUsageChart />
    </Stack>
  );
}

function Usage() {
  const navigate = useNavigate();
  const { time_zone } = useFormat();
  return (
    <>
      <AccountUsageChart
        onOpen={(start, group_by) => {
          const day = dayIn(time_zone, new Date(start));
          void navigate({ to: '/usage', search: { from: day, to: day, group_by } });
        }}
      />
      <Later height={BELOW_CHART_HEIGHT}>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <DearestModels />
          <Insights />
        </SimpleGrid>
      </Later>
    </>
  );
}

/** What keeps the account from working. */
function Warnings({ account }: { account: Account }) {
  const t = useTranslations('overview');
  return (
    <>
      {account.status !== 'active' && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t('suspended')}>
          {t('suspendedText')}
        </Alert>
      )}
      {!isZero(account.debt) && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t('inDebt')}>
          <Stack gap="xs" align="start">
            <span>{t.rich('inDebtText', { debt: () => <Amount value={account.debt} withUnit /> })}</span>
            {dashboardConfig.features.payments && (
              <ButtonLink to="/billing" size="xs" color="red.9">
                {t('buy')}
              </ButtonLink>
            )}
          </Stack>
        </Alert>
      )}
    </>
  );
}

/** A portal session may not see the balance. */
const WithoutBalance = ({ viewer }: { viewer: MeView }) =>
  viewer.scopes?.includes('usage:read') ? <Usage /> : <NoAccess />;
