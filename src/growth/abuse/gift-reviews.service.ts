import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import type { GiftCheckRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { Database } from '../../platform/database/database.js';
import { amount, units } from '../../platform/values/amount.js';
import { withheldOf } from '../gifts/gift.js';
import { GiftsRepository } from '../gifts/gifts.repository.js';
import { GiftsService } from '../gifts/gifts.service.js';
import { AccountFactsRepository } from './account-facts.repository.js';
import type { GiftReviewsQuery, GiftReviewView } from './gift-reviews.dto.js';
import { DECISIONS, explained, type GiftReason } from './trial-factor.js';

/** Lets administrators see what checks of gifts found, and decide. */
@Injectable()
export class GiftReviews {
  constructor(
    private readonly db: Database,
    private readonly facts: AccountFactsRepository,
    private readonly gifts: GiftsRepository,
    private readonly given: GiftsService,
    private readonly locks: AccountLocks,
    private readonly audit: AuditRepository,
  ) {}

  /** Returns checked accounts, those that were checked last first. */
  async list({ state, limit, offset }: GiftReviewsQuery): Promise<GiftReviewView[]> {
    const checks = await this.facts.list(state, { limit, offset });
    const sums = await this.gifts.sums(checks.map(({ user_id }) => user_id));
    return checks.map((check) => viewOf(check, sums.get(check.user_id)));
  }

  /**
   * Decides about an account for good. A cleared one gets everything that was withheld, at once; a confirmed one gets no
   * gifts any more and keeps what it has.
   * @throws NotFound when the account does not exist
   */
  decide(actor: Actor, user_id: string, decision: keyof typeof DECISIONS): Promise<GiftReviewView> {
    return this.db.transaction(async (tx) => {
      const { state } = await this.locks.lockExisting(tx, actor, user_id);
      const verdict = DECISIONS[decision];
      await this.facts.decide(tx, user_id, { ...verdict, reasons: [...verdict.reasons] }, actor.user_id);
      if (state.status === 'active') await this.given.giveRest(tx, user_id, verdict.trial_factor);
      const entry = { user_id, action: `gift_review.${decision}`, resource_type: 'user_credits', resource_id: user_id };
      await this.audit.record(tx, actor, entry);
      const withheld = withheldOf(await this.gifts.withheld(user_id, tx));
      return viewOf((await this.facts.find(user_id, tx)) as GiftCheckRow, amount(withheld));
    });
  }
}

function viewOf(check: GiftCheckRow, withheld = '0'): GiftReviewView {
  const reasons = check.reasons as GiftReason[];
  return { ...check, reasons, explanation: explained(reasons), withheld: amount(units(withheld)) };
}
