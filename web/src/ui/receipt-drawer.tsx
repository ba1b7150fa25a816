import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { receipt } from '../api/transactions.ts';
import { late } from './late.tsx';
import { SidePanel } from './side-panel.tsx';
import { Loaded } from './states.tsx';

const HEIGHT = 420;

const Receipt = late(
  () => import('./receipt/receipt.tsx').then(({ Receipt }) => Receipt),
  <Skeleton h={HEIGHT} data-loading />,
);

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
      <Loaded query={query} height={HEIGHT}>
        {(line) => <Receipt line={line} onOpen={onOpen} />}
      </Loaded>
    </SidePanel>
  );
}
