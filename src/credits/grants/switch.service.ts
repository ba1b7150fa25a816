import { Injectable } from '@nestjs/common';
import type { TierRow } from '../../generated/rows.js';
import { type Actor, actsForOthers } from '../../platform/actor.js';
import { units } from '../../platform/values/amount.js';
import { DomainError, NotFound } from '../../platform/errors.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import type { Tx } from '../../platform/database/database.js';
import type { Account } from '../accounts/account.js';
import { type AdminResult, CreditsService } from '../credits.service.js';
import type { IdempotencyKey } from '../posting/idempotency.js';
import { switchTier } from './period.js';

/**
 * Runs in the same transaction when `next` is scheduled for the end of the period, or a scheduled tier is cancelled.
 */
export type OnScheduled = (tx: Tx, account: Account, next: TierRow) => Promise<void>;

/** Switches accounts between tiers. No sequence of switches yields more credits than the tiers grant. */
@Injectable()
export class SwitchService {
  constructor(
    private readonly credits: CreditsService,
    private readonly tiers: TiersRepository,
  ) {}

  /**
   * Switches the tier: immediately for an admin or a service, at the end of the period for a user's downgrade. Naming
   * the current tier cancels a scheduled downgrade.
   * @throws NotFound for an unknown tier; DomainError `payment_required` when a user asks for an upgrade
   */
  switch(
    actor: Actor,
    user_id: string,
    new_tier: string,
    key: IdempotencyKey | undefined,
    onScheduled: OnScheduled = () => Promise.resolve(),
  ): Promise<AdminResult> {
    return this.credits.change(actor, user_id, 'tier.switch', key, async (account, tx) => {
      const { state } = account;
      const [current, next] = [await this.tiers.get(state.tier, tx), await this.tiers.getToTakeUp(tx, new_tier)];
      const metadata = { from: current.tier, to: next.tier };
      const isSame = next.tier === current.tier;
      if (actsForOthers(actor) && !isSame) {
        switchTier(account, current, next);
        return { ...metadata, effective: 'now' };
      }
      if (!isSame) assertDowngrade(current, next);
      state.next_tier = isSame ? null : next.tier;
      await onScheduled(tx, account, next);
      if (isSame) return { ...metadata, effective: 'now' };
      return { ...metadata, effective: state.reset_date };
    });
  }
}

/** Refuses an upgrade: a tier with a higher rank, a higher price or more credits must be paid for first. */
function assertDowngrade(current: TierRow, next: TierRow): void {
  const isFree = units(next.price_monthly) === 0n && units(next.credits_monthly) === 0n;
  if (!next.is_public && !isFree) throw new NotFound(`Tier ${next.tier}`);
  const isUpgrade =
    next.rank > current.rank ||
    units(next.price_monthly) > units(current.price_monthly) ||
    units(next.credits_monthly) > units(current.credits_monthly);
  if (!isUpgrade) return;
  throw new DomainError(
    'forbidden',
    'payment_required',
    `Switching from ${current.tier} to ${next.tier} is an upgrade and must be paid for, but payments are not configured. Ask an administrator.`,
  );
}
