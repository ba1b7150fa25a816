import { describe, expect, it } from '@jest/globals';
import { bookedSource } from './given-source.js';

describe('the source that a caller names', () => {
  it.each(['trial', 'plan', 'purchase', 'bonus', 'coupon', 'referral', 'refund', 'adjustment'])(
    'is booked as it is where it means something: %s',
    (source) => {
      expect(bookedSource(source)).toEqual({ source, kept: {} });
    },
  );

  it.each(['manual', 'tier_upgrade', 'retention_bonus', 'Plan', 'constructor'])(
    'gives a bonus and is kept where it is a word of the caller: %s',
    (given) => {
      expect(bookedSource(given)).toEqual({ source: 'bonus', kept: { source: given } });
    },
  );
});
