import type { ProblemExample } from './problem-example.js';

const REDEEM = { instance: '/api/v1/referrals/redeem' };

/** Examples of the errors of invitations. */
export const GROWTH_PROBLEM_EXAMPLES: Record<string, ProblemExample> = {
  referral_program_off: { detail: 'There are no credits for invitations at present.', ...REDEEM },
  referral_already_redeemed: { detail: 'This account has redeemed another code; it can redeem one.', ...REDEEM },
  referral_too_late: { detail: 'A code can be redeemed within 30 days of opening the account.', ...REDEEM },
  referral_not_allowed: {
    detail:
      'This account cannot redeem this code: invitations are for people who are new here and invited by somebody else.',
    ...REDEEM,
  },
};
