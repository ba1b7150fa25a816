import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { ReferralProgramRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import { ReferralProgramRepository, type ReferralTerms } from './referral-program.repository.js';
import type { ReferralProgramBody } from './referrals.dto.js';

const DEFAULTS = {
  referred_credits: '0',
  refund_days: 14,
  redeem_days: 30,
  max_rewards_per_30_days: 10,
  max_rewards: 100,
  expires_days: 365,
  sign_up_url: null,
} satisfies Partial<ReferralTerms>;

/** The terms of referrals, which admins set. There is no program until they do. */
@Injectable()
export class ReferralProgram {
  constructor(
    private readonly db: Database,
    private readonly programs: ReferralProgramRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** Returns the terms; null if there is no program. */
  find(): Promise<ReferralProgramRow | null> {
    return this.programs.find();
  }

  /** Sets the terms; what is left out has its default. Referrals that exist keep the credits they were promised. */
  set(actor: Actor, body: ReferralProgramBody): Promise<ReferralProgramRow> {
    return this.db.transaction(async (tx) => {
      const terms = { ...DEFAULTS, ...body };
      const program = await this.programs.set(tx, terms);
      await this.record(tx, actor, 'referral_program.set', terms);
      return program;
    });
  }

  /**
   * Removes the program: no code can be redeemed, and no reward is given while there is none.
   * @throws NotFound
   */
  remove(actor: Actor): Promise<void> {
    return this.db.transaction(async (tx) => {
      if (!(await this.programs.remove(tx))) throw new NotFound('Referral program');
      await this.record(tx, actor, 'referral_program.remove', {});
    });
  }

  private record(tx: Tx, actor: Actor, action: string, metadata: Record<string, unknown>): Promise<void> {
    const { user_id } = actor;
    return this.audit.record(tx, actor, { user_id, action, resource_type: 'referral_program', metadata });
  }
}
