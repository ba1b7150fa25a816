import { SimpleGrid, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { PlatformOverviewView } from '../../../api/schema.gen.ts';
import { isNegative, isZero } from '../../../lib/amount.ts';
import { useFormat } from '../../../lib/format.ts';
import { Cents, Money } from '../../../ui/amount.tsx';
import { StatCard } from '../../../ui/stat-card.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';

export const WINDOWS = ['today', 'last_7_days', 'last_30_days'] as const;
export type Window = (typeof WINDOWS)[number];

interface FiguresProps {
  overview: PlatformOverviewView;
  window: Window;
}

/** Revenue, credits, cost and margin in a window of UTC days. */
export function Figures({ overview, window }: FiguresProps) {
  const t = useTranslations('admin.today');
  const format = useFormat();
  const credits = overview.credits[window];
  const percent = isZero(credits.spent) ? null : format.percent(Number(credits.margin_percent), 1);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      <Link to="/admin/payments" className="card-link">
        <Revenue overview={overview} window={window} />
      </Link>
      <Link to="/admin/accounts" search={{ sort: 'last_updated' }} className="card-link">
        <StatCard
          label={t('spent')}
          value={<Cents value={credits.spent} />}
          detail={t('soldAndGranted', { sold: format.cents(credits.sold), granted: format.cents(credits.granted) })}
        />
      </Link>
      <Link to="/admin/reconciliation" className="card-link">
        <StatCard
          label={t('cost')}
          value={<Cents value={credits.provider_cost} />}
          detail={t('calls', { count: credits.event_count })}
        />
      </Link>
      <Link to="/admin/prices" search={{ tab: 'margins' }} className="card-link">
        <StatCard
          label={t('margin')}
          value={<Cents value={credits.margin} />}
          badge={
            percent !== null && <StatusBadge tone={isNegative(credits.margin) ? 'bad' : 'good'}>{percent}</StatusBadge>
          }
          detail={t('byModel')}
        />
      </Link>
    </SimpleGrid>
  );
}

/** Payments received. Currencies are never added up. */
function Revenue({ overview, window }: FiguresProps) {
  const t = useTranslations('admin.today');
  const received = overview.revenue.filter((row) => row[window].payments > 0);
  const payments = received.reduce((sum, row) => sum + row[window].payments, 0);
  const refunded = received.filter((row) => !isZero(row[window].refunded));
  return (
    <StatCard
      label={t('revenue')}
      value={
        received.length === 0
          ? t('noRevenue')
          : received.map((row) => (
              <div key={row.currency}>
                <Money value={row[window].amount} currency={row.currency} />
              </div>
            ))
      }
      detail={
        <>
          {t('payments', { count: payments })}
          {refunded.map((row) => (
            <Text key={row.currency} size="sm" c="dimmed" component="div">
              {t.rich('refunded', { amount: () => <Money value={row[window].refunded} currency={row.currency} /> })}
            </Text>
          ))}
        </>
      }
    />
  );
}
