import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { Account } from '../../credits/accounts/account.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import { AccountsRepository } from '../../credits/accounts/accounts.repository.js';
import { assertOpen } from '../../credits/accounts/refusal.js';
import type { ReferralProgramRow, ReferralRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import type { Tx } from '../../platform/database/database.js';
import { DomainError, NotFound } from '../../platform/errors.js';
import { isOrganizationId } from '../../platform/values/organization-id.js';
import { redeemUntil } from './referral.js';
import { canonicalReferralCode } from './referral-code.js';
import { ReferralProgramRepository } from './referral-program.repository.js';
import { ReferralsRepository } from './referrals.repository.js';

/** Redeems codes, by which it becomes known who invited a new user. */
@Injectable()
export class ReferralRedemption {
  constructor(
    private readonly locks: AccountLocks,
    private readonly accounts: AccountsRepository,
    private readonly referrals: ReferralsRepository,
    private readonly programs: ReferralProgramRepository,
    private readonly audit: AuditRepository,
  ) {}

  /**
   * Redeems the code of another user for a new account, once. The same code again returns the same.
   * @throws NotFound for an unknown code; DomainError `referral_program_off`, `referral_already_redeemed`,
   *   `referral_too_late`, `referral_not_allowed`, `account_closed`
   */
  async redeem(actor: Actor, user_id: string, typed: string): Promise<ReferralRow> {
    assertPerson(user_id);
    const referrer_id = await this.referrals.ownerOf(canonicalReferralCode(typed));
    if (referrer_id === null) throw new NotFound('Referral code');
    if (referrer_id === user_id) throw notAllowed();
    return this.locks.withBoth(actor, user_id, referrer_id, async (account, referrer, tx) => {
      const program = await this.programs.lock(tx);
      const known = await this.referrals.find(user_id, tx);
      if (known?.referrer_id === referrer_id) return known;
      if (known) throw alreadyRedeemed();
      if (program === null) throw programOff();
      await this.assertRedeemable(tx, account, referrer, program);
      const referral = await this.referrals.create(tx, user_id, referrer_id, program);
      const resource = { resource_type: 'referral', resource_id: referral.id };
      await this.audit.record(tx, actor, { user_id, action: 'referral.redeem', ...resource });
      return referral;
    });
  }

  private async assertRedeemable(tx: Tx, account: Account, referrer: Account, program: ReferralProgramRow) {
    const { user_id } = account;
    assertOpen(account.state);
    if (redeemUntil(await this.referrals.openedAt(user_id, tx), program) <= account.now) throw tooLate(program);
    const { status } = referrer.state;
    const isRefused =
      status === 'closed' ||
      status === 'erasing' ||
      (await this.accounts.wasErased(tx, user_id)) || // an erased user who returns is not new
      (await this.referrals.isAbove(tx, user_id, referrer.user_id)) ||
      (await this.referrals.shared(tx, { user_id, referrer_id: referrer.user_id })).length > 0;
    if (isRefused) throw notAllowed();
  }
}

/** @throws DomainError `referral_not_allowed` for an organization */
export function assertPerson(user_id: string): void {
  if (isOrganizationId(user_id)) throw notAllowed('Organizations cannot invite or be invited. Use your own account.');
}

const notAllowed = (
  detail = 'This account cannot redeem this code: invitations are for people who are new here and invited by somebody else.',
): DomainError => new DomainError('conflict', 'referral_not_allowed', detail);

const alreadyRedeemed = (): DomainError =>
  new DomainError(
    'conflict',
    'referral_already_redeemed',
    'This account has redeemed another code; it can redeem one.',
  );

const programOff = (): DomainError =>
  new DomainError('conflict', 'referral_program_off', 'There are no credits for invitations at present.');

const tooLate = ({ redeem_days }: ReferralProgramRow): DomainError =>
  new DomainError(
    'conflict',
    'referral_too_late',
    redeem_days === 0
      ? 'Codes can no longer be redeemed.'
      : `A code can be redeemed within ${redeem_days} days of opening the account.`,
  );
