import { Button, Card, Group, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { invitations, resendInvitation, revokeInvitation } from '../../api/organizations.ts';
import type { InvitationView, NewInvitationView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import { ConfirmedAction } from '../../ui/action.tsx';
import type { Column } from '../../ui/column.ts';
import { SidePanel } from '../../ui/side-panel.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { ProblemAlert } from '../../ui/states.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { InvitationLink } from './invite-form.tsx';
import type { OrganizationOfMe } from './roles.ts';

const TONES = { open: 'waiting', accepted: 'good', revoked: 'neutral', expired: 'neutral' } as const;

/** Invitations, newest first. An open one can be sent again, with a new link, or revoked. */
export function Invitations({ organization: { id } }: { organization: OrganizationOfMe }) {
  const t = useTranslations('organization');
  const query = useInfiniteQuery(invitations(id));
  const queries = useQueryClient();
  const [made, setMade] = useState<NewInvitationView>();
  const again = useMutation({
    mutationFn: (invitation_id: string) => resendInvitation(id, invitation_id),
    onSuccess: async (link) => {
      await queries.invalidateQueries();
      setMade(link);
    },
  });
  const columns = useColumns(id, (invitation_id) => again.mutate(invitation_id));
  const error = again.error ?? query.error;
  return (
    <>
      {error && <ProblemAlert error={error} />}
      <Card padding={0}>
        <SmallTable
          label={t('tabs.invitations')}
          rows={query.data?.pages.flatMap(({ items }) => items) ?? []}
          columns={columns}
          rowId={(row) => row.id}
          empty={query.isPending ? '' : t('noInvitations')}
        />
      </Card>
      {query.hasNextPage && (
        <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      <SidePanel
        isOpen={made !== undefined}
        onClose={() => setMade(undefined)}
        title={<Text fw={650}>{t('linkTitle')}</Text>}
      >
        {made && <InvitationLink invitation={made} onDone={() => setMade(undefined)} />}
      </SidePanel>
    </>
  );
}

function useColumns(id: string, onResend: (invitation_id: string) => void): Column<InvitationView>[] {
  const t = useTranslations('organization');
  const format = useFormat();
  return [
    { id: 'email', header: t('email'), cell: ({ email }) => email },
    { id: 'role', header: t('role'), cell: ({ role }) => t(`roles.${role}`) },
    {
      id: 'state',
      header: t('status'),
      cell: ({ state }) => <StatusBadge tone={TONES[state]}>{t(`states.${state}`)}</StatusBadge>,
    },
    { id: 'expires_at', header: t('expires'), cell: ({ expires_at }) => format.minute(expires_at), isWideOnly: true },
    {
      id: 'actions',
      header: t('actions'),
      cell: ({ id: invitation_id, email, state }) =>
        (state === 'open' || state === 'expired') && (
          <Group gap="xs" wrap="nowrap">
            <Button size="xs" variant="default" onClick={() => onResend(invitation_id)}>
              {t('resend')}
            </Button>
            <ConfirmedAction
              isDangerous
              button={{ size: 'xs' }}
              label={t('revoke')}
              question={t('revokeQuestion', { email })}
              action={() => revokeInvitation(id, invitation_id)}
              done={t('revokeDone')}
            />
          </Group>
        ),
    },
  ];
}
