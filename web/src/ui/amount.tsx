import { VisuallyHidden } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { type AmountText, isNegative, isZero } from '../lib/amount.ts';
import { useFormat } from '../lib/format.ts';

interface AmountProps {
  value: AmountText;
  /** Writes the sign and colors what came in. */
  isChange?: boolean;
  /** Writes all ten places, so that the points of a column stand below each other. */
  isAligned?: boolean;
  /** Adds the word credits. */
  withUnit?: boolean;
}

/** Credits with every digit; those below a cent are paler. */
export function Amount({ value, isChange = false, isAligned = false, withUnit = false }: AmountProps) {
  const format = useFormat();
  const t = useTranslations('unit');
  const { main, rest } = format.parts(value, isAligned);
  const isIn = isChange && !isNegative(value) && !isZero(value);
  const unit = t('credits', { amount: '' }).trim();
  return (
    <span className={isIn ? 'amount amount-in' : 'amount'}>
      {isIn && '+'}
      {main}
      {rest && <span className="amount-rest">{rest}</span>}
      {withUnit ? ` ${unit}` : <VisuallyHidden> {unit}</VisuallyHidden>}
    </span>
  );
}

/** Cents only, for narrow places; the title has all digits. */
export function Cents({ value }: { value: AmountText }) {
  const format = useFormat();
  return (
    <span className="amount" title={format.exact(value)}>
      {format.cents(value)}
    </span>
  );
}

/** Real money in its currency. */
export function Money({ value, currency }: { value: AmountText; currency: string }) {
  const format = useFormat();
  return <span className="amount">{format.money(value, currency)}</span>;
}
