import { Alert, Group, List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { ReceiptView } from '../api/schema.gen.ts';
import { receipt } from '../api/transactions.ts';
import { useFormat } from '../lib/format.ts';
import { Amount } from './amount.tsx';
import { Arithmetic } from './receipt/arithmetic.tsx';
import { ReceiptFacts } from './receipt/receipt-facts.tsx';
import { SidePanel } from './side-panel.tsx';
import { Loaded } from './states.tsx';
import { TypeBadge } from './transactions-list.tsx';

interface ReceiptDrawerProps {
  /** The ledger line; null while none is open. */
  id: string | null;
  /** Somebody else's account, for admins. */
  userId?: string | undefined;
  onClose: () => void;
  /** Opens another receipt: of the refunded charge, or of a refund. */
  onOpen: (id: string) => void;
}

/** How the amount of a ledger line came about. */
export function ReceiptDrawer({ id, userId, onClose, onOpen }: ReceiptDrawerProps) {
  const t = useTranslations('receipt');
  const query = useQuery({ ...receipt(id ?? '', userId), enabled: id !== null });
  return (
    <SidePanel title={<Text fw={650}>{t('title')}</Text>} isOpen={id !== null} onClose={onClose}>
      <Loaded query={query} height={420}>
        {(line) => <Receipt line={line} onOpen={onOpen} />}
      </Loaded>
    </SidePanel>
  );
}

function Receipt({ line, onOpen }: { line: ReceiptView } & Pick<ReceiptDrawerProps, 'onOpen'>) {
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
        <Explanation sentences={line.explanation} />
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

function Explanation({ sentences }: { sentences: readonly string[] }) {
  return (
    <List size="sm" spacing={6} listStyleType="none">
      {sentences.map((sentence) => (
        <List.Item key={sentence}>{sentence}</List.Item>
      ))}
    </List>
  );
}
