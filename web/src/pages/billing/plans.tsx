import { Badge, Button, Card, Group, List, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { plans } from '../../api/billing.ts';
import { me } from '../../api/queries.ts';
import type { TierComparisonView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import { ConfirmedAction } from '../../ui/action.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Loaded, ProblemAlert } from '../../ui/states.tsx';
import { useCheckout } from './checkout.ts';
import { PlanPrice } from './current-plan.tsx';
import { planName, switchPlan } from './plan-switch.ts';

const HEIGHT = 420;

/** The public plans beside each other, cheapest first. */
export function Plans({ hasPayments }: { hasPayments: boolean }) {
  const t = useTranslations('billing');
  const query = useQuery(plans());
  const { data: viewer } = useSuspenseQuery(me());
  const current = viewer.account?.tier;
  return (
    <section>
      <Title order={2} mb="sm">
        {t('plans')}
      </Title>
      <Loaded query={query} height={HEIGHT}>
        {(all) => {
          const at = all.findIndex(({ tier }) => tier === current);
          return (
            <SimpleGrid cols={{ base: 1, xs: 2, lg: Math.min(all.length, 4) }}>
              {all.map((plan, index) => (
                <PlanCard
                  key={plan.tier}
                  plan={plan}
                  isCurrent={plan.tier === current}
                  button={
                    current !== undefined &&
                    plan.tier !== current &&
                    (index > at ? (
                      <UpgradeButton tier={plan.tier} hasPayments={hasPayments} />
                    ) : (
                      <DowngradeButton tier={plan.tier} />
                    ))
                  }
                />
              ))}
            </SimpleGrid>
          );
        }}
      </Loaded>
    </section>
  );
}

interface PlanCardProps {
  plan: TierComparisonView;
  isCurrent: boolean;
  button: React.ReactNode;
}

function PlanCard({ plan, isCurrent, button }: PlanCardProps) {
  const t = useTranslations('billing');
  return (
    <Card {...(isCurrent && { className: 'chosen' })}>
      <Stack h="100%" gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Title order={3} fz="md">
            {planName(plan.tier)}
          </Title>
          {isCurrent && <Badge variant="light">{t('yours')}</Badge>}
        </Group>
        <div>
          <div className="stat">
            <PlanPrice value={plan.price_monthly} />
          </div>
          <Text size="sm" c="dimmed">
            {t('perMonth')}
          </Text>
        </div>
        <Facts
          facts={[
            [t('creditsMonthly'), <Amount key="credits" value={plan.credits_monthly} />],
            [t('cap'), plan.monthly_cap === null ? t('unlimited') : <Amount key="cap" value={plan.monthly_cap} />],
          ]}
        />
        <List
          size="sm"
          spacing={6}
          icon={
            <ThemeIcon variant="light" size={18} radius="xl">
              <IconCheck size={12} aria-hidden />
            </ThemeIcon>
          }
        >
          {plan.features.map((feature) => (
            <List.Item key={feature}>{feature}</List.Item>
          ))}
        </List>
        <div className="bottom">{button}</div>
      </Stack>
    </Card>
  );
}

/** A higher plan is paid first. */
function UpgradeButton({ tier, hasPayments }: { tier: string; hasPayments: boolean }) {
  const t = useTranslations('billing');
  const checkout = useCheckout();
  if (!hasPayments)
    return (
      <Text size="sm" c="dimmed">
        {t('askOperator')}
      </Text>
    );
  return (
    <Stack gap="xs">
      <Button fullWidth className="wrapping" loading={checkout.isPending} onClick={() => checkout.mutate({ tier })}>
        {t('upgrade', { plan: planName(tier) })}
      </Button>
      {checkout.error && <ProblemAlert error={checkout.error} />}
    </Stack>
  );
}

/** A lower plan begins with the next period. */
function DowngradeButton({ tier }: { tier: string }) {
  const t = useTranslations('billing');
  const format = useFormat();
  const { data: viewer } = useSuspenseQuery(me());
  const plan = planName(tier);
  const day = viewer.account ? format.longDay(viewer.account.reset_date) : '';
  return (
    <ConfirmedAction
      label={t('downgrade', { plan })}
      question={t('downgradeQuestion', { plan, day, current: viewer.plan?.name ?? '' })}
      action={() => switchPlan(tier)}
      done={t('downgraded', { plan, day })}
      button={{ fullWidth: true, className: 'wrapping' }}
    />
  );
}
