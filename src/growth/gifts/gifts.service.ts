import { Injectable } from '@nestjs/common';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import { CreditsService } from '../../credits/credits.service.js';
import type { gift_occasion } from '../../generated/prisma/enums.js';
import type { WelcomeGiftRow } from '../../generated/rows.js';
import { systemActor } from '../../platform/actor.js';
import type { Tx } from '../../platform/database/database.js';
import { amount, type Units, units } from '../../platform/values/amount.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { GiftChecks } from '../abuse/gift-checks.service.js';
import type { NextStep, TrialFactor } from '../abuse/trial-factor.js';
import { partOf, withheldOf } from './gift.js';
import { GiftsRepository } from './gifts.repository.js';

const WELCOME = systemActor('welcome');

/** A gift to decide. `expires_days` of null: its credits do not expire. */
export type Gift = Pick<WelcomeGiftRow, 'on' | 'credits' | 'expires_days'>;

/** Gives gifts in the part that an account may have, and the rest of them later. Nothing is ever taken back. */
@Injectable()
export class GiftsService {
  constructor(
    private readonly gifts: GiftsRepository,
    private readonly checks: GiftChecks,
    private readonly locks: AccountLocks,
    private readonly credits: CreditsService,
  ) {}

  /** Decides which part of gifts an account gets, under its lock. */
  async factorOf(tx: Tx, user_id: string): Promise<TrialFactor> {
    return (await this.checks.assess(tx, user_id))?.trial_factor ?? '1';
  }

  /** Returns what is withheld from a user, and what to do to get it; null if nothing is. */
  async withheld(user_id: string): Promise<{ withheld: string; next: NextStep; since: Date } | null> {
    const gifts = await this.gifts.withheld(user_id);
    const [first] = gifts;
    if (!first) return null;
    const next = await this.checks.nextStep(user_id);
    return { withheld: amount(withheldOf(gifts)), next, since: first.given_at };
  }

  /** Gives a part of a new gift, under the lock of the account. */
  async give(tx: Tx, user_id: string, gift: Gift, factor: TrialFactor): Promise<void> {
    const part = partOf(units(gift.credits), factor);
    const transaction_id = part > 0n ? await this.grant(tx, user_id, gift, part) : null;
    await this.gifts.note(tx, { user_id, ...gift, given: amount(part), transaction_id });
  }

  /** Gives what was withheld and is due at this factor, under the lock of the account. */
  async giveRest(tx: Tx, user_id: string, factor: TrialFactor): Promise<void> {
    for (const gift of await this.gifts.withheld(user_id, tx)) {
      const part = partOf(units(gift.credits), factor);
      const more = part - units(gift.given);
      if (more <= 0n) continue;
      const transaction_id = await this.grant(tx, user_id, gift, more);
      await this.gifts.raise(tx, { ...gift, given: amount(part), transaction_id });
    }
  }

  private async grant(tx: Tx, user_id: string, { on, expires_days }: Gift, credits: Units): Promise<string> {
    const account = await this.locks.lockExisting(tx, WELCOME, user_id);
    const line = await this.credits.grantLocked(tx, WELCOME, account, {
      amount: credits,
      source: SOURCE[on] ?? 'bonus',
      expires_at: expires_days === null ? null : new Date(account.now.getTime() + expires_days * DAY_MS),
      details: { description: `Welcome: ${on}`, metadata: { reason: 'welcome', step: on } },
    });
    return line.id;
  }
}

/** The rest of the initial credits is of the same kind as they are; the monthly cap of a trial does not lock a bonus. */
const SOURCE: Partial<Record<gift_occasion, 'trial'>> = { initial_credits: 'trial' };
