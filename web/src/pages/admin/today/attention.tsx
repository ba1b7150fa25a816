import { Card, Text, Title } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { PlatformOverviewView } from '../../../api/schema.gen.ts';
import type { AmountText } from '../../../lib/amount.ts';
import { useFormat } from '../../../lib/format.ts';
import { StatusBadge, type Tone } from '../../../ui/status-badge.tsx';

interface Item {
  key: string;
  label: string;
  count: number;
  detail?: ReactNode;
  tone: Tone;
  target: Pick<LinkProps, 'to' | 'search'>;
}

/** What waits for an admin. Entries without anything to do stay, so that nobody wonders whether they were looked at. */
export function Attention({ overview }: { overview: PlatformOverviewView }) {
  const t = useTranslations('admin.today');
  const format = useFormat();
  const items = useItems(overview);
  return (
    <Card>
      <Title order={2} mb="xs">
        {t('attention')}
      </Title>
      {items.map(({ key, label, count, detail, tone, target }) => (
        <Link key={key} {...target} className="row-link">
          <div>
            <Text size="sm" fw={500}>
              {label}
            </Text>
            {count > 0 && detail && (
              <Text size="xs" c="dimmed" component="div">
                {detail}
              </Text>
            )}
          </div>
          <StatusBadge tone={count > 0 ? tone : 'neutral'}>{format.count(count)}</StatusBadge>
          <IconChevronRight size={16} aria-hidden />
        </Link>
      ))}
    </Card>
  );
}

function useItems(overview: PlatformOverviewView): Item[] {
  const t = useTranslations('admin.today');
  const unit = useTranslations('unit');
  const format = useFormat();
  const credits = (value: AmountText) => unit('credits', { amount: format.cents(value) });
  return [
    {
      key: 'held',
      label: t('heldPayments'),
      count: overview.held_payments,
      tone: 'waiting',
      target: { to: '/admin/payments', search: { tab: 'held' } },
    },
    {
      key: 'disputes',
      label: t('disputes'),
      count: overview.open_disputes,
      tone: 'bad',
      target: { to: '/admin/payments', search: { tab: 'disputes' } },
    },
    {
      key: 'events',
      label: t('failedEvents'),
      count: overview.failed_payment_events,
      tone: 'bad',
      target: { to: '/admin/payments', search: { tab: 'events', state: 'failed' } },
    },
    {
      key: 'debt',
      label: t('debt'),
      count: overview.accounts_in_debt,
      detail: credits(overview.debt),
      tone: 'waiting',
      target: { to: '/admin/accounts', search: { in_debt: 'true' } },
    },
    {
      key: 'unrated',
      label: t('unrated'),
      count: overview.unrated_events,
      detail: t('unratedDetail', { models: overview.unrated_models, credits: format.cents(overview.provisional_cost) }),
      tone: 'waiting',
      target: { to: '/admin/prices', search: { tab: 'unrated' } },
    },
    {
      key: 'litellm',
      label: t('rejectedLogs'),
      count: overview.rejected_logs,
      tone: 'waiting',
      target: { to: '/admin/litellm', search: {} },
    },
    {
      key: 'jobs',
      label: t('failingJobs'),
      count: overview.failing_jobs.length,
      detail: overview.failing_jobs.map(({ name }) => name).join(', '),
      tone: 'bad',
      target: { to: '/admin/jobs', search: { tab: 'runs', state: 'failed' } },
    },
  ];
}
