import { Badge } from '@mantine/core';
import type { TransactionType } from '../api/schema.gen.ts';
import { useWords } from './words.ts';

const TYPE_COLORS: Record<TransactionType, string> = {
  usage: 'gray',
  purchase: 'teal',
  bonus: 'grape',
  refund: 'blue',
  adjustment: 'orange',
};

/** The type of a ledger line. */
export function TypeBadge({ type }: { type: TransactionType }) {
  const typeName = useWords('transactionType');
  return (
    <Badge variant="light" color={TYPE_COLORS[type]} tt="none">
      {typeName(type)}
    </Badge>
  );
}
