import type { TrialFactor } from '../abuse/trial-factor.js';
import { type Units, units } from '../../platform/values/amount.js';

const TENTHS: Record<TrialFactor, bigint> = { '1': 10n, '0.5': 5n, '0.1': 1n, '0': 0n };

/** Returns the part of a gift that an account gets, rounded down. */
export const partOf = (credits: Units, factor: TrialFactor): Units => (credits * TENTHS[factor]) / 10n;

/** Returns the sum of what was withheld. */
export const withheldOf = (gifts: readonly { credits: string; given: string }[]): Units =>
  gifts.reduce((sum, { credits, given }) => sum + units(credits) - units(given), 0n);
