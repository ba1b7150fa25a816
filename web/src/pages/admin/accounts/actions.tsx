import { Button, Card, Group, Stack, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api } from '../../../api/client.ts';
import type { AccountOverviewView } from '../../../api/schema.gen.ts';
import { newIdempotencyKey } from '../../../lib/idempotency-key.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { BonusForm, RefundForm } from './credit-forms.tsx';
import { AllocateForm } from './allocate-form.tsx';
import { CapForm, PlanForm, SuspendForm } from './account-forms.tsx';

const ACTIONS = {
  bonus: BonusForm,
  allocate: AllocateForm,
  refund: RefundForm,
  cap: CapForm,
  plan: PlanForm,
  suspend: SuspendForm,
} as const;
type Action = keyof typeof ACTIONS;

/** What an admin can do with the account. The chosen form opens below the buttons; the figures stay in view. */
export function AccountActions({ detail }: { detail: AccountOverviewView }) {
  const t = useTranslations('admin.accounts.actions');
  const [chosen, setChosen] = useState<Action | null>(null);
  const { user_id, status } = detail.account;
  const Form = chosen && ACTIONS[chosen];
  const offered = (Object.keys(ACTIONS) as Action[]).filter((name) => name !== 'suspend' || status === 'active');
  if (status === 'closed' || status === 'erasing') return null;
  return (
    <Stack gap="sm">
      <Group gap="xs">
        {offered.map((name) => (
          <Button
            key={name}
            size="xs"
            variant={name === 'bonus' ? 'filled' : 'default'}
            aria-expanded={chosen === name}
            onClick={() => setChosen(chosen === name ? null : name)}
          >
            {t(`${name}.open`)}
          </Button>
        ))}
        {status === 'suspended' && (
          <ConfirmedAction
            label={t('resume.open')}
            question={t('resume.question', { user: user_id })}
            done={t('resume.done')}
            button={{ size: 'xs' }}
            action={() =>
              api.POST('/api/v1/admin/accounts/{id}/resume', {
                params: { path: { id: user_id }, header: { 'Idempotency-Key': newIdempotencyKey() } },
              })
            }
          />
        )}
      </Group>
      {Form && (
        <Card padding="md">
          <Title order={3} mb="sm">
            {t(`${chosen}.title`)}
          </Title>
          <Form detail={detail} onClose={() => setChosen(null)} />
        </Card>
      )}
    </Stack>
  );
}
