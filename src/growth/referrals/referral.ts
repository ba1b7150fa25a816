import type { account_status } from '../../generated/prisma/enums.js';
import type { ReferralProgramRow, ReferralRow } from '../../generated/rows.js';
import { type Units, units } from '../../platform/values/amount.js';
import { DAY_MS } from '../../platform/values/calendar.js';

/** Days after a reward in which it can be taken back. Banks let payers dispute a payment for about 120 days. */
export const TAKE_BACK_DAYS = 180;

/** What is known about a referral. */
export interface ReferralFacts {
  referral: ReferralRow;
  /** What the invited user has paid, USD, less refunds and disputes. */
  paid: Units;
  /** The part of it that was paid before the days in which payments are refunded. */
  settled: Units;
  /** Kinds of signals that speak for one person behind several accounts of the program. */
  shared: readonly string[];
  /** Status of the account of the user who invited. */
  referrer_status: account_status;
  /** Whether an administrator should look at the gifts of the user who invited, or has confirmed an abuse. */
  is_under_review: boolean;
  /** Rewards that the user who invited was given, in all and in the last 30 days. */
  rewards: number;
  recent_rewards: number;
}

/** What happens to a referral now. Null: nothing. */
export type ReferralDecision = { state: 'rewarded' } | { state: 'refused' | 'taken_back'; reason: string } | null;

/**
 * Decides about a referral. A reward is given once the invited user has paid enough and the payments are old enough, and
 * taken back if too little of the payments remains. It waits while there is no program, while the user who invited is
 * suspended or under review, and while that user has had as many rewards as 30 days allow.
 */
export function decide(facts: ReferralFacts, program: ReferralProgramRow | null): ReferralDecision {
  const { referral, paid, settled, shared, referrer_status } = facts;
  const min_paid = units(referral.min_paid);
  const isSelf = referral.user_id === referral.referrer_id;
  if (referral.state === 'rewarded') {
    if (isSelf) return { state: 'taken_back', reason: 'same_person' };
    return paid < min_paid ? { state: 'taken_back', reason: 'paid_too_little' } : null;
  }
  if (referral.state !== 'pending' || program === null || settled < min_paid) return null;
  if (isSelf) return refused('same_person');
  if (shared[0] !== undefined) return refused(`shared_${shared[0]}`);
  if (referrer_status === 'closed' || referrer_status === 'erasing') return refused('account_closed');
  if (facts.rewards >= program.max_rewards) return refused('limit_reached');
  const isAtLimit = facts.recent_rewards >= program.max_rewards_per_30_days;
  const mustWait = referrer_status !== 'active' || facts.is_under_review || isAtLimit;
  return mustWait ? null : { state: 'rewarded' };
}

const refused = (reason: string): ReferralDecision => ({ state: 'refused', reason });

/** Returns until when an account can redeem a code. */
export const redeemUntil = (opened_at: Date, { redeem_days }: Pick<ReferralProgramRow, 'redeem_days'>): Date =>
  new Date(opened_at.getTime() + redeem_days * DAY_MS);
