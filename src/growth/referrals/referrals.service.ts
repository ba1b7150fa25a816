import { Inject, Injectable } from '@nestjs/common';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import { assertOpen } from '../../credits/accounts/refusal.js';
import type { ReferralRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { type Page, type PageRequest, paginate } from '../../platform/database/paging.js';
import { linkOf, randomReferralCode } from './referral-code.js';
import { redeemUntil } from './referral.js';
import { ReferralProgramRepository } from './referral-program.repository.js';
import { assertPerson } from './referral-redemption.service.js';
import { ReferralRewards } from './referral-rewards.service.js';
import type { MyReferralsView } from './referrals.dto.js';
import { type ReferralsFilter, ReferralsRepository } from './referrals.repository.js';

/** Referrals that are decided when a user looks at them; the job decides about the others. */
const SETTLED_ON_READ = 50;

/** Codes with which users invite others, and what that brought. */
@Injectable()
export class ReferralsService {
  constructor(
    private readonly locks: AccountLocks,
    private readonly referrals: ReferralsRepository,
    private readonly programs: ReferralProgramRepository,
    private readonly rewards: ReferralRewards,
    @Inject(CONFIG) private readonly config: Pick<Config, 'dashboard'>,
  ) {}

  /**
   * Returns how a user invites others and what it brought; null while there is no program. The code is made on the first
   * call.
   * @throws DomainError `referral_not_allowed` for an organization
   */
  async of(actor: Actor, user_id: string): Promise<MyReferralsView | null> {
    assertPerson(user_id);
    const program = await this.programs.find();
    if (program === null) return null;
    for (const referred_id of await this.referrals.due('', SETTLED_ON_READ, user_id))
      await this.rewards.settle(referred_id);
    const code = (await this.referrals.codeOf(user_id)) ?? (await this.makeCode(actor, user_id));
    const redeemed = await this.referrals.find(user_id);
    const until = redeemUntil(await this.referrals.openedAt(user_id), program);
    return {
      ...program,
      ...(await this.referrals.sums(user_id)),
      code,
      link: linkOf(code, program.sign_up_url, this.config.dashboard.public_url),
      redeemed,
      redeem_until: redeemed === null && until > new Date() ? until : null,
    };
  }

  /** Returns referrals, newest first. */
  list(filter: ReferralsFilter, page: PageRequest): Promise<Page<ReferralRow>> {
    return paginate(this.referrals, filter, page);
  }

  /** @throws NotFound */
  get(id: string): Promise<ReferralRow> {
    return this.referrals.get(id);
  }

  /** Makes the code of a user; concurrent calls make one. */
  private makeCode(actor: Actor, user_id: string): Promise<string> {
    return this.locks.withLock(actor, user_id, async (account, tx) => {
      const known = await this.referrals.codeOf(user_id, tx);
      if (known !== null) return known;
      assertOpen(account.state);
      const code = randomReferralCode();
      await this.referrals.addCode(tx, user_id, code);
      return code;
    });
  }
}
