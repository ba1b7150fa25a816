import { Alert, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { subscription } from '../../api/billing.ts';
import { api, bodyOf } from '../../api/client.ts';
import { me } from '../../api/queries.ts';
import type { SubscriptionView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import { ConfirmedAction } from '../../ui/action.tsx';
import { Amount, Money } from '../../ui/amount.tsx';
import { Figures } from '../../ui/figures.tsx';
import { ProblemAlert } from '../../ui/states.tsx';
import { type Tone, StatusBadge } from '../../ui/status-badge.tsx';
import { openProviderPage } from './checkout.ts';
import { planName, switchPlan } from './plan-switch.ts';

const TONES: Record<SubscriptionView['status'], Tone> = { active: 'good', past_due: 'bad', canceled: 'neutral' };

/** The plan, what it gives, how long it lasts, and what comes next. */
export function CurrentPlan({ hasPayments }: { hasPayments: boolean }) {
  const t = useTranslations('billing');
  const format = useFormat();
  const { data: viewer } = useSuspenseQuery(me());
  const live = useQuery({ ...subscription(), enabled: hasPayments });
  const { account, plan } = viewer;
  if (!account || !plan) return null; // a session that may pay, but not see the balance
  const paid = live.data;
  const ends = paid?.cancel_at_period_end === true ? paid.paid_until : null;
  return (
    <Card>
      <Stack>
        <Group justify="space-between">
          <Group gap="sm">
            <Title order={2}>{t('currentPlan', { plan: plan.name })}</Title>
            {paid && <StatusBadge tone={TONES[paid.status]}>{t(`subscription.${paid.status}`)}</StatusBadge>}
          </Group>
          {hasPayments && <ManageButton />}
        </Group>
        {live.error && <ProblemAlert error={live.error} onRetry={() => void live.refetch()} />}
        {typeof paid?.grace_until === 'string' && (
          <Alert color="red">{t('overdue', { day: format.longDay(paid.grace_until) })}</Alert>
        )}
        {account.next_tier !== null && (
          <ScheduledChange
            plan={planName(account.next_tier)}
            tier={account.tier}
            kept={plan.name}
            at={account.reset_date}
          />
        )}
        <Figures
          figures={[
            [t('price'), <PlanPrice key="price" value={plan.price_monthly} />],
            [t('creditsMonthly'), <Amount key="credits" value={plan.credits_monthly} />],
            [t('usedThisPeriod'), <Amount key="used" value={account.used_this_period} />],
            [plan.renews ? t('renews') : t('periodEnds'), format.longDay(account.reset_date)],
            [t('paidUntil'), account.paid_until && format.longDay(account.paid_until)],
            [t('endsAt'), ends && format.longDay(ends)],
          ]}
        />
      </Stack>
    </Card>
  );
}

/** The price of a month; free plans say so. */
export function PlanPrice({ value }: { value: `${number}` }) {
  const t = useTranslations('billing');
  if (Number(value) === 0) return <Text span>{t('free')}</Text>;
  return <Money value={value} currency="usd" />;
}

interface ScheduledChangeProps {
  plan: string;
  tier: string;
  kept: string;
  at: string;
}

function ScheduledChange({ plan, tier, kept, at }: ScheduledChangeProps) {
  const t = useTranslations('billing');
  const format = useFormat();
  return (
    <Alert color="orange">
      <Group justify="space-between">
        <Text size="sm">{t('scheduled', { plan, day: format.longDay(at) })}</Text>
        <ConfirmedAction
          label={t('keep', { plan: kept })}
          question={t('keepQuestion', { plan: kept })}
          action={() => switchPlan(tier)}
          done={t('kept', { plan: kept })}
          button={{ size: 'xs' }}
        />
      </Group>
    </Alert>
  );
}

/** The provider's own page for cards, invoices and the subscription. */
function ManageButton() {
  const t = useTranslations('billing');
  const open = useMutation({
    mutationFn: () => bodyOf(api.POST('/api/v1/payments/portal', { body: {} })),
    onSuccess: ({ portal_url }) => openProviderPage(portal_url),
  });
  return (
    <Stack gap="xs" align="end">
      <Button variant="default" size="xs" loading={open.isPending} onClick={() => open.mutate()}>
        {t('manage')}
      </Button>
      {open.error && <ProblemAlert error={open.error} />}
    </Stack>
  );
}
