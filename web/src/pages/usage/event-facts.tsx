import { Alert, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { UsageEventView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import { TOKEN_POOLS } from '../../lib/usage-series.ts';
import { Amount } from '../../ui/amount.tsx';
import { CopyId } from '../../ui/copy-id.tsx';
import { Facts } from '../../ui/facts.tsx';
import { useWords } from '../../ui/words.ts';

/** A call in full, without a price that nobody paid. */
export function EventFacts({ event }: { event: UsageEventView }) {
  const t = useTranslations('usage');
  const format = useFormat();
  const measureName = useWords('measure');
  const { quantity, unit, duration_seconds } = event;
  const pools = TOKEN_POOLS.filter((pool) => event[pool] > 0);
  return (
    <Stack gap="lg">
      <div>
        <Text className="stat">{event.model ?? event.service}</Text>
        <Text size="sm" c="dimmed">
          {format.second(event.occurred_at)}
        </Text>
      </div>
      <Alert color="teal">{event.is_free_tier ? t('freeText') : t('notChargedText')}</Alert>
      <Facts
        facts={[
          [t('group.service'), event.service],
          [t('outcome'), t(event.succeeded ? 'outcomes.succeeded' : 'outcomes.failed')],
          ...pools.map((pool) => [measureName(pool), format.count(event[pool])] as const),
          [t('chart.tokens'), format.count(event.tokens_used)],
          [measureName(unit ?? ''), quantity !== null && format.exact(quantity, 0)],
          [t('duration'), duration_seconds !== null && t('seconds', { seconds: format.exact(duration_seconds, 0) })],
          [t('price'), <Amount key="price" value={event.total_cost} />],
          [t('source'), event.source],
          [t('request'), <CopyId key="request" id={event.request_id} />],
          [t('session'), event.session_id && <CopyId id={event.session_id} />],
          [t('id'), <CopyId key="id" id={event.id} />],
        ]}
      />
    </Stack>
  );
}
