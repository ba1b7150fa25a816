import { Anchor, Code, Spoiler, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { ReceiptView } from '../../api/schema.gen.ts';
import { isZero } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { Amount } from '../amount.tsx';
import { CopyId } from '../copy-id.tsx';
import { Facts } from '../facts.tsx';
import { useWords } from '../words.ts';

interface ReceiptFactsProps {
  line: ReceiptView;
  onOpen: (id: string) => void;
}

/** Balance, refunds and ids of a ledger line. */
export function ReceiptFacts({ line, onOpen }: ReceiptFactsProps) {
  const t = useTranslations('receipt');
  const format = useFormat();
  const tierName = useWords('serviceTier');
  const { usage, metadata } = line;
  const workTime = usage && format.second(usage.occurred_at);
  return (
    <Facts
      facts={[
        ...splitOf(line, t),
        [t('balanceBefore'), <Amount key="before" value={line.balance_before} />],
        [t('balanceAfter'), <Amount key="after" value={line.balance_after} />],
        [t('refundOf'), line.refund_of && <ReceiptLink id={line.refund_of} onOpen={onOpen} />],
        [t('refunds'), line.refunds.length > 0 && <Refunds of={line.refunds} onOpen={onOpen} />],
        [t('refundable'), !isZero(line.refundable) && <Amount value={line.refundable} />],
        [t('service'), line.service],
        [t('description'), line.model && line.description !== `${line.service}: ${line.model}` && line.description],
        [t('serviceTier'), usage?.service_tier && tierName(usage.service_tier)],
        [t('occurredAt'), workTime !== format.second(line.created_at) && workTime],
        [t('requestId'), usage && usage.request_id !== line.id && <CopyId id={usage.request_id} />],
        [t('hold'), line.hold_id && <CopyId id={line.hold_id} />],
        [t('id'), <CopyId key="id" id={line.id} />],
        [t('metadata'), Object.keys(metadata).length > 0 && <Json value={metadata} />],
      ]}
    />
  );
}

/** The split of a charge that has no arithmetic, which would show it. */
function splitOf({ usage, cost_breakdown }: ReceiptView, t: ReturnType<typeof useTranslations<'receipt'>>) {
  if (usage !== null || !cost_breakdown) return [];
  const { provider_cost, markup } = cost_breakdown;
  return [
    [t('providerCost'), <Amount key="provider" value={provider_cost} />],
    [t('markup'), <Amount key="markup" value={markup} />],
  ] as const;
}

function Refunds({ of, onOpen }: { of: ReceiptView['refunds'] } & Pick<ReceiptFactsProps, 'onOpen'>) {
  return (
    <Stack gap={4} align="end">
      {of.map(({ id, amount }) => (
        <ReceiptLink key={id} id={id} onOpen={onOpen}>
          <Amount value={amount} isChange />
        </ReceiptLink>
      ))}
    </Stack>
  );
}

function ReceiptLink({
  id,
  onOpen,
  children,
}: { id: string; children?: ReactNode } & Pick<ReceiptFactsProps, 'onOpen'>) {
  const t = useTranslations('receipt');
  return (
    <Anchor component="button" type="button" size="sm" onClick={() => onOpen(id)}>
      {children ?? t('openCharge')}
    </Anchor>
  );
}

function Json({ value }: { value: object }) {
  const t = useTranslations('receipt');
  return (
    <Spoiler maxHeight={96} showLabel={t('more')} hideLabel={t('less')}>
      <Code block ta="start">
        {JSON.stringify(value, null, 2)}
      </Code>
    </Spoiler>
  );
}
