import { amount, AMOUNT_LIMIT, DECIMALS, divideHalfUp } from '../platform/values/amount.js';

/** Decimal text as databases and spreadsheets write it, exponents included. */
const DECIMAL = /^([+-]?)(\d{1,40})?(?:\.(\d{0,340}))?(?:e([+-]?\d{1,3}))?$/i;

/** A decimal: digits, and how many of them stand behind the point. */
interface Decimal {
  digits: bigint;
  decimals: number;
}

/** An amount in credits, and whether decimals beyond the tenth were rounded away. */
export interface Converted {
  text: string;
  is_rounded: boolean;
}

/** Turns figures of another system into credits: exactly, rounded once, half away from zero, at the tenth decimal. */
export class Conversion {
  private readonly rate: Decimal;

  /** @param per_credit how many of the other system's units one credit is: decimal text above zero */
  constructor(per_credit: string) {
    const rate = decimalOf(per_credit);
    if (rate === null || rate.digits <= 0n) throw new RangeError(`not a rate: ${per_credit}`);
    this.rate = rate;
  }

  /** The figure in credits; null when it is no decimal, or too large for an amount. */
  credits(text: string): Converted | null {
    const given = decimalOf(text);
    if (given === null) return null;
    const shift = DECIMALS + this.rate.decimals - given.decimals;
    const dividend = given.digits * (shift > 0 ? 10n ** BigInt(shift) : 1n);
    const divisor = this.rate.digits * (shift < 0 ? 10n ** BigInt(-shift) : 1n);
    const isNegative = dividend < 0n;
    const magnitude = isNegative ? -dividend : dividend;
    const rounded = divideHalfUp(magnitude, divisor);
    if (rounded >= AMOUNT_LIMIT) return null;
    return { text: amount(isNegative ? -rounded : rounded), is_rounded: magnitude % divisor !== 0n };
  }
}

function decimalOf(text: string): Decimal | null {
  const match = DECIMAL.exec(text.trim());
  if (!match) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole + fraction === '') return null;
  const digits = BigInt(whole + fraction);
  return { digits: sign === '-' ? -digits : digits, decimals: fraction.length - Number(exponent) };
}
