import { Button, Card, Group, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { members } from '../../api/organizations.ts';
import type { MemberView } from '../../api/schema.gen.ts';
import { percentOf } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import type { Column } from '../../ui/column.ts';
import { OpenButton } from '../../ui/open-button.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Loaded } from '../../ui/states.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { InviteForm } from './invite-form.tsx';
import { MemberPanel } from './member-panel.tsx';
import { isManager, type OrganizationOfMe } from './roles.ts';

interface MembersProps {
  organization: OrganizationOfMe;
  /** Id of the viewer. */
  person: string;
}

/** The members with their limits and what they have used of them. */
export function Members({ organization, person }: MembersProps) {
  const t = useTranslations('organization');
  const query = useQuery(members(organization.id));
  const [open, setOpen] = useState<string>();
  const [isInviting, setInviting] = useState(false);
  const columns = useColumns(person);
  const shown = query.data?.find(({ user_id }) => user_id === open);
  return (
    <>
      {isManager(organization.role) && (
        <Group justify="end" mb="sm">
          <Button onClick={() => setInviting(true)}>{t('invite')}</Button>
        </Group>
      )}
      <Card padding={0}>
        <Loaded query={query} height={200}>
          {(rows) => (
            <SmallTable
              label={t('tabs.members')}
              rows={rows}
              columns={columns}
              rowId={({ user_id }) => user_id}
              onOpen={({ user_id }) => setOpen(user_id)}
              empty=""
            />
          )}
        </Loaded>
      </Card>
      <SidePanel
        isOpen={shown !== undefined}
        onClose={() => setOpen(undefined)}
        title={<Text fw={650}>{shown?.user_id}</Text>}
      >
        {shown && (
          <MemberPanel
            key={shown.user_id}
            organization={organization}
            member={shown}
            isSelf={shown.user_id === person}
            onDone={() => setOpen(undefined)}
          />
        )}
      </SidePanel>
      <SidePanel isOpen={isInviting} onClose={() => setInviting(false)} title={<Text fw={650}>{t('invite')}</Text>}>
        <InviteForm organization={organization} onDone={() => setInviting(false)} />
      </SidePanel>
    </>
  );
}

function useColumns(person: string): Column<MemberView>[] {
  const t = useTranslations('organization');
  return [
    {
      id: 'user_id',
      header: t('member'),
      cell: ({ user_id }) => <OpenButton>{user_id === person ? t('self', { user: user_id }) : user_id}</OpenButton>,
    },
    { id: 'role', header: t('role'), cell: ({ role }) => t(`roles.${role}`) },
    { id: 'limit', header: t('limit'), cell: (member) => <Limit member={member} /> },
    { id: 'cost_center', header: t('costCenter'), cell: ({ cost_center }) => cost_center ?? '–', isWideOnly: true },
    {
      id: 'status',
      header: t('status'),
      cell: ({ status }) => (
        <StatusBadge tone={status === 'active' ? 'good' : 'waiting'}>
          {t(status === 'active' ? 'active' : 'paused')}
        </StatusBadge>
      ),
      isWideOnly: true,
    },
  ];
}

/** The limit of this month, with a bar of what is used. */
function Limit({ member: { budget, budget_used } }: { member: MemberView }) {
  const t = useTranslations('organization');
  const format = useFormat();
  if (budget === null) return <Text size="sm">{t('noLimit')}</Text>;
  const used = budget_used ?? '0';
  const percent = percentOf(used, budget) ?? 100;
  const text = t('usedOf', { used: format.cents(used), limit: format.cents(budget) });
  return (
    <>
      <Text size="sm" className="numbers">
        {text}
      </Text>
      <Progress.Root size={6} role="img" aria-label={text} maw={160}>
        <Progress.Section value={Math.min(100, percent)} color={percent >= 100 ? 'red' : 'brand'} withAria={false} />
      </Progress.Root>
    </>
  );
}
