import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AccountTerms, type GiftRule } from '../credits/accounts/account-terms.js';
import { units } from '../platform/values/amount.js';
import { ExperimentsService } from './experiments/experiments.service.js';
import { WelcomeService } from './welcome/welcome.service.js';

/** Decides the initial credits of a new account, in the transaction that opens it. */
@Injectable()
export class InitialCredits implements OnModuleInit {
  constructor(
    private readonly terms: AccountTerms,
    private readonly experiments: ExperimentsService,
    private readonly welcome: WelcomeService,
  ) {}

  onModuleInit(): void {
    this.terms.giveBy(this.give);
  }

  private readonly give: GiftRule = async (tx, account, full) => {
    const arm = await this.experiments.assign(tx, account);
    if (arm?.trial_steps) await this.welcome.startInArm(tx, account.user_id);
    return arm?.trial_credits === undefined ? full : units(arm.trial_credits);
  };
}
