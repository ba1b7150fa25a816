import type { ProblemExample } from './problem-example.js';

const COUPON = { instance: '/api/v1/credits/coupons/redeem' };
const EXPERIMENTS = { instance: '/api/v1/admin/experiments' };
const REDEEM = { instance: '/api/v1/referrals/redeem' };

/** Examples of the errors of coupons, invitations and experiments. */
export const GROWTH_PROBLEM_EXAMPLES: Record<string, ProblemExample> = {
  coupon_already_redeemed: { detail: 'You have already redeemed this coupon', ...COUPON },
  coupon_limit_reached: { detail: 'Coupon redemption limit reached', ...COUPON },
  coupon_expired: { detail: 'Coupon code has expired', ...COUPON },
  coupon_inactive: { detail: 'Coupon code is inactive', ...COUPON },
  coupon_not_yet_valid: { detail: 'Coupon code is not valid yet', ...COUPON },
  coupon_not_applicable: { detail: 'This coupon has no effect on your tier', ...COUPON },
  experiment_overlaps: {
    detail:
      'Experiment trial-size runs until 2027-03-01T00:00:00.000Z, and a new account takes part in one only. Stop it, or begin later.',
    ...EXPERIMENTS,
  },
  experiment_has_begun: {
    detail: 'Experiment trial-size has begun. Accounts have its arms, so it can only be stopped.',
    ...EXPERIMENTS,
  },
  referral_program_off: { detail: 'There are no credits for invitations at present.', ...REDEEM },
  referral_already_redeemed: { detail: 'This account has redeemed another code; it can redeem one.', ...REDEEM },
  referral_too_late: { detail: 'A code can be redeemed within 30 days of opening the account.', ...REDEEM },
  referral_not_allowed: {
    detail:
      'This account cannot redeem this code: invitations are for people who are new here and invited by somebody else.',
    ...REDEEM,
  },
};
