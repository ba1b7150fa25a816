import type { Units } from '../platform/amount.js';
import { DECIMALS } from '../platform/amount.js';

/** Decimal text as JSON and price lists write it, exponents included; at most 60 digits, for it comes from outside. */
const DECIMAL = /^(\d{1,20})(?:\.(\d{1,60}))?(?:e([+-]?\d{1,2}))?$/i;

/**
 * Decimal text times 10^shift as units, exactly, rounded half up at the last of their decimals; null when it is no
 * decimal from 0. So a price for one token becomes the price of a million with a shift of 6, without a float on the way.
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
