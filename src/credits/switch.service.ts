import { Injectable } from '@nestjs/common';
import type { TierRow } from '../generated/rows.js';
import { type Actor, actsForOthers } from '../platform/actor.js';
import { units } from '../platform/amount.js';
import { DomainError, NotFound } from '../platform/errors.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import type { Tx } from '../platform/database.js';
import type { Account } from './account.js';
import { type Act, CreditsService } from './credits.service.js';
import type { IdempotencyKey } from './idempotency.js';
import { switchTier } from './period.js';

/** What else happens, in the same transaction, when `next` is to follow at the end of the period. */
export type OnScheduled = (tx: Tx, account: Account, next: TierRow) => Promise<void>;

/** Moves accounts between tiers. No order of switches yields more credits than the tiers give. */
@Injectable()
export class SwitchService {
  constructor(
    private readonly credits: CreditsService,
    private readonly tiers: TiersRepository,
  ) {}

  /**
   * An admin or a service switches at once. A user's downgrade waits for the end of the period; naming the current
   * tier calls it off.
   * @throws NotFound for an unknown tier; DomainError `payment_required` when a user asks for an upgrade
   */
  switch(
    actor: Actor,
    user_id: string,
    new_tier: string,
    key: IdempotencyKey | undefined,
    onScheduled: OnScheduled = () => Promise.resolve(),
  ): Promise<Act> {
    return this.credits.act(actor, user_id, 'tier.switch', key, async (account, tx) => {
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

/** What costs more, or gives more, is an upgrade and needs a payment. */
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
    `Switching from ${current.tier} to ${next.tier} is an upgrade and needs a payment; payments are not configured here. Ask an administrator.`,
  );
}
