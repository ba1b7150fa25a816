import { Button, Card, Group, Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { referralProgram, referrals, removeReferralProgram } from '../../api/admin/referrals.ts';
import type { ReferralState, ReferralView } from '../../api/schema.gen.ts';
import { defined } from '../../lib/defined.ts';
import { useFormat } from '../../lib/format.ts';
import { ConfirmedAction } from '../../ui/action.tsx';
import { Amount } from '../../ui/amount.tsx';
import type { Column } from '../../ui/column.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { OpenButton } from '../../ui/open-button.tsx';
import { Page } from '../../ui/page.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { Empty } from '../../ui/states.tsx';
import { ProgramForm } from './referrals/program-form.tsx';
import { ReferralPanel } from './referrals/referral-panel.tsx';
import { ReferralBadge } from '../../ui/referral-badge.tsx';

const route = getRouteApi('/shell/admin/referrals');
const STATES: readonly ReferralState[] = ['pending', 'rewarded', 'taken_back', 'refused'];

/** Referrals: the terms, who invited whom, and what became of the reward. */
export function Referrals() {
  const t = useTranslations('admin.referrals');
  const states = useTranslations('invite.states');
  const { state, panel, referral } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...next }) });
  const wanted = STATES.find((one) => one === state);
  const program = useQuery(referralProgram());
  const close = () => change({ panel: undefined, referral: undefined });
  return (
    <Page
      title={t('title')}
      subtitle={program.data === null ? t('off') : t('subtitle')}
      isWide
      actions={
        <>
          {program.data && (
            <ConfirmedAction
              label={t('remove')}
              question={t('removeText')}
              action={removeReferralProgram}
              done={t('removed')}
              isDangerous
            />
          )}
          <Button onClick={() => change({ panel: 'terms' })}>{t('terms')}</Button>
        </>
      }
    >
      <Card padding={0}>
        <Group p="md">
          <Select
            aria-label={t('state')}
            placeholder={t('all')}
            clearable
            data={STATES.map((value) => ({ value, label: states(value) }))}
            value={wanted ?? null}
            onChange={(value) => change({ state: value ?? undefined })}
          />
        </Group>
        <ListTable
          label={t('title')}
          query={useInfiniteQuery(referrals(wanted))}
          columns={useColumns()}
          rowId={({ id }) => id}
          onOpen={({ id }) => change({ referral: id })}
          empty={<Empty title={t('none')} text={t('noneText')} />}
        />
      </Card>
      <SidePanel size="lg" isOpen={panel === 'terms' && program.isSuccess} onClose={close} title={t('terms')}>
        <ProgramForm program={program.data ?? null} onClose={close} />
      </SidePanel>
      {referral !== undefined && <ReferralPanel id={referral} onClose={close} />}
    </Page>
  );
}

function useColumns(): Column<ReferralView>[] {
  const t = useTranslations('admin.referrals');
  const format = useFormat();
  return [
    { id: 'user_id', header: t('invited'), cell: ({ user_id }) => <OpenButton>{user_id}</OpenButton> },
    { id: 'referrer_id', header: t('by'), isWideOnly: true, cell: ({ referrer_id }) => referrer_id },
    {
      id: 'state',
      header: t('state'),
      cell: ({ state }) => <ReferralBadge state={state} />,
    },
    { id: 'reason', header: t('reason'), isWideOnly: true, cell: ({ reason }) => reason ?? '–' },
    {
      id: 'reward',
      header: t('reward'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ reward }) => <Amount value={reward} />,
    },
    {
      id: 'created_at',
      header: t('since'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ created_at }) => format.day(created_at),
    },
  ];
}
