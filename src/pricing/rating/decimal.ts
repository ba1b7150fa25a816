import type { Units } from '../../platform/values/amount.js';
import { DECIMALS } from '../../platform/values/amount.js';

/** Decimal text as in JSON and price lists, with exponents. The digits are bounded because it is external input. */
const DECIMAL = /^(\d{1,20})(?:\.(\d{1,60}))?(?:e([+-]?\d{1,2}))?$/i;

/**
 * Returns decimal text times 10^shift in units, computed exactly and rounded half up at the last decimal; null if the
 * text is not a non-negative decimal. A shift of 6 converts the price of one token to that of a million.
 */
export function shifted(text: string, shift: number): Units | null {
  const match = DECIMAL.exec(text.trim());
  if (!match) return null;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const power = DECIMALS + shift + Number(exponent) - fraction.length;
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (2n * digits + divisor) / (2n * divisor);
}
