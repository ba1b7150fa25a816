import { SimpleGrid, Tabs } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { organization } from '../api/organizations.ts';
import { me } from '../api/queries.ts';
import type { MeView } from '../api/schema.gen.ts';
import { defined } from '../lib/defined.ts';
import { oneOf } from '../lib/search.ts';
import { Amount } from '../ui/amount.tsx';
import { Page } from '../ui/page.tsx';
import { actsFor, seesOwnPart } from '../ui/pages.ts';
import { StatCard } from '../ui/stat-card.tsx';
import { NoAccess } from '../ui/states.tsx';
import { CostCenters } from './organization/cost-centers.tsx';
import { Invitations } from './organization/invitations.tsx';
import { MemberSpending } from './organization/member-spending.tsx';
import { Members } from './organization/members.tsx';
import { isManager } from './organization/roles.ts';

const route = getRouteApi('/shell/organization');
const TABS = ['members', 'invitations', 'cost-centers'] as const;

/** The organization that the person acts for: its pool, who spends it, members, invitations and cost centers. */
export function Organization() {
  const t = useTranslations('organization');
  const { data: viewer } = useSuspenseQuery(me());
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const acting = actsFor(viewer);
  if (!acting) return <NoAccess />;
  const { id, role } = acting;
  const tabs = TABS.filter((name) => name !== 'invitations' || isManager(role));
  return (
    <Page title={acting.name} subtitle={t('youAre', { role: t(`roles.${role}`) })} isWide>
      <Pool viewer={viewer} id={id} />
      {!seesOwnPart(viewer) && <MemberSpending />}
      <Tabs
        value={oneOf(tabs, tab) ?? 'members'}
        onChange={(next) =>
          void navigate({ search: defined({ tab: next ?? undefined }), replace: true, resetScroll: false })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="members">
          <Members organization={acting} person={viewer.user_id} />
        </Tabs.Panel>
        <Tabs.Panel value="invitations">
          <Invitations organization={acting} />
        </Tabs.Panel>
        <Tabs.Panel value="cost-centers">
          <CostCenters organization={acting} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** What all members share. */
function Pool({ viewer: { account }, id }: { viewer: MeView; id: string }) {
  const t = useTranslations('organization');
  const { data } = useQuery(organization(id));
  const seats =
    data &&
    (data.seats === null
      ? t('seatsUnlimited', { taken: data.seats_taken })
      : t('seatsOf', { taken: data.seats_taken, seats: data.seats }));
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {account && <StatCard label={t('pool')} value={<Amount value={account.available} />} detail={t('poolText')} />}
      <StatCard label={t('seats')} value={seats} detail={t('seatsText')} />
    </SimpleGrid>
  );
}
