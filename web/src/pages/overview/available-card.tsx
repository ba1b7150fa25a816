import { Badge, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { MeView } from '../../api/schema.gen.ts';
import { isZero } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { Amount, Cents } from '../../ui/amount.tsx';
import { StatCard } from '../../ui/stat-card.tsx';
import { Limits } from './limits.tsx';

type Account = NonNullable<MeView['account']>;

/** Credits that can be spent, with what else the account has. */
export function AvailableCard({ account, plan, limits }: Pick<MeView, 'plan' | 'limits'> & { account: Account }) {
  const t = useTranslations('overview');
  const format = useFormat();
  const { available, held, debt, reset_date, next_tier } = account;
  return (
    <StatCard
      label={t('available')}
      badge={
        <Badge variant="light" tt="none">
          {plan?.name ?? account.tier}
        </Badge>
      }
      value={<Amount value={available} />}
      detail={
        <>
          {t(plan?.renews === false ? 'periodEnds' : 'renews', { day: format.longDay(reset_date) })}
          {next_tier !== null && <div>{t('nextPlan', { plan: next_tier })}</div>}
        </>
      }
    >
      <Group gap="xl" pb="xs">
        <Part label={t('held')}>
          <Cents value={held} />
        </Part>
        <Part label={t('debt')} isBad={!isZero(debt)}>
          <Cents value={debt} />
        </Part>
      </Group>
      <Limits of={limits} />
    </StatCard>
  );
}

/** A small figure. */
export function Part({ label, isBad = false, children }: { label: string; isBad?: boolean; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" fw={600} {...(isBad && { c: 'var(--app-bad)' })}>
        {children}
      </Text>
    </div>
  );
}
