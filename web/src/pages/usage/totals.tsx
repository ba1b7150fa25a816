import { SimpleGrid, Text } from '@mantine/core';
import { IconArrowDownRight, IconArrowUpRight, IconMinus } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import type { SpendingView, UsageSeriesView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import { cacheShareOf, changeOf, measured, type Measure } from '../../lib/usage-series.ts';
import { Amount } from '../../ui/amount.tsx';
import { StatCard } from '../../ui/stat-card.tsx';

/** The sums of the range, each compared with the period before. */
export function Totals({ view: { total, previous } }: { view: UsageSeriesView }) {
  const t = useTranslations('usage');
  const format = useFormat();
  const before = previous?.total;
  const share = cacheShareOf(total);
  const shareBefore = before ? cacheShareOf(before) : null;
  return (
    <SimpleGrid cols={{ base: 2, lg: 4 }} className="totals">
      <StatCard
        label={t('total.credits')}
        value={<Amount value={total.credits} />}
        detail={<Change {...{ total, before }} measure="credits" />}
      />
      <StatCard
        label={t('total.calls')}
        value={format.count(total.event_count)}
        detail={
          <>
            <Change {...{ total, before }} measure="calls" />
            {total.failed_events > 0 && <div>{t('failed', { count: total.failed_events })}</div>}
          </>
        }
      />
      <StatCard
        label={t('total.tokens')}
        value={format.count(total.tokens_used)}
        detail={<Change {...{ total, before }} measure="tokens" />}
      />
      <StatCard
        label={t('total.cache')}
        value={share === null ? '–' : format.percent(share)}
        detail={shareBefore === null ? t('nothingBefore') : t('shareBefore', { share: format.percent(shareBefore) })}
      />
    </SimpleGrid>
  );
}

interface ChangeProps {
  total: SpendingView;
  before: SpendingView | undefined;
  measure: Measure;
}

function Change({ total, before, measure }: ChangeProps) {
  const t = useTranslations('usage');
  const format = useFormat();
  const percent = before ? changeOf(measured(total, measure), measured(before, measure)) : null;
  if (percent === null) return t('nothingBefore');
  const Icon = percent === 0 ? IconMinus : percent > 0 ? IconArrowUpRight : IconArrowDownRight;
  return (
    <Text size="sm" component="span" className="change">
      <Icon size={15} aria-hidden />
      {t('change', { percent: format.signedPercent(percent) })}
    </Text>
  );
}
