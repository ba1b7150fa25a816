import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { Account } from '../../credits/accounts/account.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import { CreditsService } from '../../credits/credits.service.js';
import { sumRemaining } from '../../credits/grants/grant.js';
import type { ReferralProgramRow, ReferralRow } from '../../generated/rows.js';
import { type Actor, systemActor } from '../../platform/actor.js';
import type { Tx } from '../../platform/database/database.js';
import { amount, type Units, units } from '../../platform/values/amount.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { decide } from './referral.js';
import { ReferralProgramRepository } from './referral-program.repository.js';
import { ReferralsRepository } from './referrals.repository.js';

const REFERRALS = systemActor('referrals');

/** The accounts of a referral under their locks; one and the same if they were merged. */
interface LockedReferral {
  referral: ReferralRow;
  referrer: Account;
  referred: Account;
}

/**
 * Gives the rewards of referrals and takes them back. Both accounts are locked while it is decided, in the transaction
 * that also changes the state of the referral, so each happens once.
 */
@Injectable()
export class ReferralRewards {
  constructor(
    private readonly locks: AccountLocks,
    private readonly referrals: ReferralsRepository,
    private readonly programs: ReferralProgramRepository,
    private readonly credits: CreditsService,
    private readonly audit: AuditRepository,
  ) {}

  /** Gives, refuses or takes back the reward of a referral, if it is time. Safe to repeat and to run concurrently. */
  async settle(user_id: string): Promise<void> {
    await this.locked(REFERRALS, user_id, async (pair, tx) => {
      const [facts, program] = [await this.referrals.facts(tx, user_id), await this.programs.find(tx)];
      const decision = facts && decide(facts, program);
      if (decision?.state === 'rewarded' && program) await this.give(tx, pair, program);
      if (decision?.state === 'refused') await this.close(tx, pair.referral, decision.state, decision.reason);
      if (decision?.state === 'taken_back') await this.takeBack(tx, REFERRALS, pair, decision.reason);
    });
  }

  /**
   * Ends a referral: a reward that waits is refused, and what is left of one that was given is taken back. Repeating it
   * changes nothing.
   * @throws NotFound
   */
  async revoke(actor: Actor, id: string): Promise<ReferralRow> {
    const { user_id } = await this.referrals.get(id);
    await this.locked(actor, user_id, async (pair, tx) => {
      const { state } = pair.referral;
      if (state === 'pending') await this.close(tx, pair.referral, 'refused', 'revoked');
      if (state === 'rewarded') await this.takeBack(tx, actor, pair, 'revoked');
      if (state === 'pending' || state === 'rewarded') await this.record(tx, actor, pair.referral, 'revoke', { state });
    });
    return this.referrals.get(id);
  }

  /** Runs `work` with the accounts of a referral locked. Nothing happens if one of them was just merged into another. */
  private async locked(
    actor: Actor,
    user_id: string,
    work: (pair: LockedReferral, tx: Tx) => Promise<void>,
  ): Promise<void> {
    const known = await this.referrals.find(user_id);
    if (!known) return;
    await this.locks.withBoth(actor, known.referrer_id, user_id, async (referrer, second, tx) => {
      const referral = await this.referrals.find(user_id, tx);
      if (referral?.referrer_id !== known.referrer_id) return;
      await work({ referral, referrer, referred: user_id === known.referrer_id ? referrer : second }, tx);
    });
  }

  private async give(tx: Tx, { referral, referrer, referred }: LockedReferral, { expires_days }: ReferralProgramRow) {
    const grant = async (account: Account, credits: string, description: string): Promise<string> => {
      const line = await this.credits.grantLocked(tx, REFERRALS, account, {
        amount: units(credits),
        source: 'referral',
        expires_at: new Date(account.now.getTime() + expires_days * DAY_MS),
        details: { description, metadata: { reason: 'referral', referral_id: referral.id } },
      });
      return line.id;
    };
    const { status } = referred.state;
    const isOpen = status === 'active' || status === 'suspended';
    const isReferredPaid = isOpen && units(referral.referred_credits) > 0n;
    await this.referrals.update(tx, referral.user_id, {
      state: 'rewarded',
      transaction_id: await grant(referrer, referral.reward, 'Reward for an invited user'),
      ...(isReferredPaid && {
        referred_transaction_id: await grant(referred, referral.referred_credits, 'Credits for an invited user'),
      }),
      rewarded_at: referrer.now,
    });
  }

  /** Takes back what is left of the credits. What was spent stays spent, and never becomes debt. */
  private async takeBack(tx: Tx, actor: Actor, pair: LockedReferral, reason: string): Promise<void> {
    const { referral, referrer, referred } = pair;
    const taken = takeLeft(referrer, referral.transaction_id, referral.id);
    const referred_taken = takeLeft(referred, referral.referred_transaction_id, referral.id);
    for (const account of new Set([referrer, referred])) await this.locks.save(tx, account);
    await this.close(tx, referral, 'taken_back', reason);
    const credits = { credits: amount(taken), referred_credits: amount(referred_taken) };
    await this.record(tx, actor, referral, 'take_back', { reason, ...credits });
  }

  private async close(tx: Tx, { user_id }: ReferralRow, state: 'refused' | 'taken_back', reason: string) {
    await this.referrals.update(tx, user_id, { state, reason, closed_at: new Date() });
  }

  private record(tx: Tx, actor: Actor, referral: ReferralRow, what: string, metadata: Record<string, unknown>) {
    const { id, referrer_id } = referral;
    const resource = { resource_type: 'referral', resource_id: id };
    return this.audit.record(tx, actor, { user_id: referrer_id, action: `referral.${what}`, ...resource, metadata });
  }
}

/**
 * Removes what is left of a grant, in memory. Credits of it that back a hold become debt, which the end of the hold pays.
 * @returns the credits that were removed
 */
function takeLeft(account: Account, transaction_id: string | null, referral_id: string): Units {
  if (transaction_id === null) return 0n;
  account.settleBurns();
  const given = account.grants.filter((grant) => grant.transaction_id === transaction_id);
  const left = sumRemaining(given);
  if (left === 0n) return 0n;
  const metadata = { reason: 'referral_taken_back', referral_id };
  const line = { description: 'Credits for an invitation, taken back', metadata };
  account.takeBack(given, left, line, line);
  return left;
}
