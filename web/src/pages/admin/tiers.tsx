import { Button, Card } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { allTiers } from '../../api/admin/tiers.ts';
import { api } from '../../api/client.ts';
import type { TierView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import { ConfirmedAction } from '../../ui/action.tsx';
import { Amount, Money } from '../../ui/amount.tsx';
import type { Column } from '../../ui/column.ts';
import { OpenButton } from '../../ui/open-button.tsx';
import { Page } from '../../ui/page.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { TierForm } from './tiers/tier-form.tsx';

const route = getRouteApi('/shell/admin/tiers');
/** Value of the parameter for a plan that does not exist yet. Codes of plans have no spaces. */
const NEW = 'new plan';

/** The plans: list, create, change, and delete those that nobody uses. */
export function Tiers() {
  const t = useTranslations('admin.tiers');
  const query = useQuery(allTiers());
  const { tier: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const open = (tier: string | undefined) => void navigate({ search: tier === undefined ? {} : { tier } });
  const columns = useColumns();
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      isWide
      actions={<Button onClick={() => open(NEW)}>{t('add')}</Button>}
    >
      <Card padding={0}>
        <Loaded query={query} height={280}>
          {(tiers) => (
            <SmallTable
              label={t('title')}
              rows={tiers}
              columns={columns}
              rowId={({ tier }) => tier}
              onOpen={({ tier }) => open(tier)}
              empty={<Empty title={t('none')} text={t('noneText')} />}
            />
          )}
        </Loaded>
      </Card>
      {chosen === NEW && (
        <SidePanel size="lg" isOpen onClose={() => open(undefined)} title={t('add')}>
          <TierForm tier={null} onClose={() => open(undefined)} />
        </SidePanel>
      )}
      {chosen !== undefined && chosen !== NEW && <TierPanel code={chosen} onClose={() => open(undefined)} />}
    </Page>
  );
}

function TierPanel({ code, onClose }: { code: string; onClose: () => void }) {
  const t = useTranslations('admin.tiers');
  const query = useQuery(allTiers());
  return (
    <SidePanel size="lg" isOpen onClose={onClose} title={code}>
      <Loaded query={query} height={560}>
        {(tiers) => {
          const tier = tiers.find((one) => one.tier === code);
          if (!tier) return <Empty title={t('unknown', { code })} />;
          return (
            <TierForm
              tier={tier}
              onClose={onClose}
              beside={
                <ConfirmedAction
                  label={t('delete')}
                  question={t('deleteQuestion', { name: tier.name })}
                  done={t('deleted')}
                  isDangerous
                  action={async () => {
                    await api.DELETE('/api/v1/credits/tiers/{tier}', { params: { path: { tier: code } } });
                    onClose();
                  }}
                />
              }
            />
          );
        }}
      </Loaded>
    </SidePanel>
  );
}

function useColumns(): Column<TierView>[] {
  const t = useTranslations('admin.tiers');
  const format = useFormat();
  const limit = (value: number | null) => (value === null ? t('unlimited') : format.count(value));
  return [
    { id: 'name', header: t('name'), cell: ({ name }) => <OpenButton>{name}</OpenButton> },
    { id: 'code', header: t('code'), isWideOnly: true, cell: ({ tier }) => tier },
    {
      id: 'price',
      header: t('price'),
      isNumber: true,
      cell: (row) => <Money value={row.price_monthly} currency="USD" />,
    },
    { id: 'credits', header: t('credits'), isNumber: true, cell: (row) => <Amount value={row.credits_monthly} /> },
    {
      id: 'cap',
      header: t('cap'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ monthly_cap }) => (monthly_cap === null ? t('unlimited') : <Amount value={monthly_cap} />),
    },
    { id: 'day', header: t('callsPerDay'), isNumber: true, isWideOnly: true, cell: (row) => limit(row.calls_per_day) },
    {
      id: 'month',
      header: t('callsPerMonth'),
      isNumber: true,
      isWideOnly: true,
      cell: (row) => limit(row.calls_per_month),
    },
    {
      id: 'public',
      header: t('visibility'),
      isWideOnly: true,
      cell: ({ is_public }) => (
        <StatusBadge tone={is_public ? 'good' : 'neutral'}>{t(is_public ? 'public' : 'hidden')}</StatusBadge>
      ),
    },
  ];
}
