import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountTerms, type GiftRule } from '../credits/accounts/account-terms.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import type { Tx } from '../platform/database/database.js';
import { amount, type Units, units } from '../platform/values/amount.js';
import { GiftChecks } from './abuse/gift-checks.service.js';
import { ExperimentsService } from './experiments/experiments.service.js';
import { partOf } from './gifts/gift.js';
import { GiftsRepository } from './gifts/gifts.repository.js';
import { WelcomeService } from './welcome/welcome.service.js';

/**
 * Decides the initial credits of a new account, in the transaction that opens it: those of its arm in an experiment, in the
 * part that checks of gifts allow. What is withheld is noted, and given once they allow it.
 */
@Injectable()
export class InitialCredits implements OnModuleInit {
  constructor(
    private readonly terms: AccountTerms,
    private readonly experiments: ExperimentsService,
    private readonly welcome: WelcomeService,
    private readonly checks: GiftChecks,
    private readonly gifts: GiftsRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.terms.giveBy(this.give);
  }

  private readonly give: GiftRule = async (tx, account, full) => {
    const arm = await this.experiments.assign(tx, account);
    if (arm?.trial_steps) await this.welcome.startInArm(tx, account.user_id);
    return this.part(tx, account.user_id, arm?.trial_credits === undefined ? full : units(arm.trial_credits));
  };

  private async part(tx: Tx, user_id: string, full: Units): Promise<Units> {
    const verdict = await this.checks.assess(tx, user_id);
    if (verdict === null || full === 0n) return full;
    const given = partOf(full, verdict.trial_factor);
    await this.gifts.note(tx, {
      user_id,
      on: 'initial_credits',
      credits: amount(full),
      given: amount(given),
      expires_days: this.config.provisioning.trial_expires_days,
      transaction_id: null,
    });
    return given;
  }
}
