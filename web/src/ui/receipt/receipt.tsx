import { Alert, Group, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { ReceiptView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import { Amount } from '../amount.tsx';
import { TypeBadge } from '../type-badge.tsx';
import { Arithmetic } from './arithmetic.tsx';
import { ReceiptFacts } from './receipt-facts.tsx';

interface ReceiptProps {
  line: ReceiptView;
  /** Opens another receipt: of the refunded charge, or of a refund. */
  onOpen: (id: string) => void;
}

/** A ledger line: its amount, the arithmetic behind it, and what belongs to it. */
export function Receipt({ line, onOpen }: ReceiptProps) {
  const t = useTranslations('receipt');
  const format = useFormat();
  const { usage } = line;
  return (
    <Stack gap="lg">
      <div>
        <Group justify="space-between" wrap="nowrap" align="start">
          <Text component="p" m={0} className="stat">
            <Amount value={line.amount} isChange />
          </Text>
          <TypeBadge type={line.transaction_type} />
        </Group>
        <Text fw={500}>{line.model ?? line.description ?? line.service}</Text>
        <Text size="sm" c="dimmed">
          {format.second(line.created_at)}
        </Text>
      </div>
      {usage ? (
        <>
          <Notices usage={usage} />
          <Arithmetic line={line} usage={usage} />
        </>
      ) : (
        line.transaction_type === 'usage' && (
          <Text size="sm" c="dimmed">
            {t('withoutUsage')}
          </Text>
        )
      )}
      <ReceiptFacts line={line} onOpen={onOpen} />
    </Stack>
  );
}

/** What else one should know of the price. */
function Notices({ usage }: { usage: NonNullable<ReceiptView['usage']> }) {
  const t = useTranslations('receipt');
  const { is_rated, is_free_tier, unread_usage } = usage;
  const unread = Object.keys(unread_usage ?? {});
  return (
    <>
      {!is_rated && (
        <Alert color="orange" title={t('provisional')}>
          {t('provisionalText')}
        </Alert>
      )}
      {is_free_tier && <Alert color="teal" title={t('free')} />}
      {unread.length > 0 && (
        <Alert color="blue" title={t('unread')}>
          {t('unreadText', { names: unread.join(', ') })}
        </Alert>
      )}
    </>
  );
}
