import { SubCommand } from 'nest-commander';
import { BalanceView } from '../../credits/credits.views.js';
import { accountOf, type Actor } from '../../platform/actor.js';
import { ChangeCommand } from '../../platform/cli/command.js';
import { Terminal } from '../../platform/cli/terminal.js';
import type { Replayable } from '../../platform/replayable.js';
import { PlansService } from './plans.service.js';
import { SwitchBody } from './switch.dto.js';

/** `tollgate tiers switch`. */
@SubCommand({
  name: 'switch',
  arguments: '<user>',
  argsDescription: { user: "The account's user_id" },
  description: 'Switch an account to another tier immediately',
})
export class TiersSwitchCommand extends ChangeCommand<SwitchBody> {
  protected readonly dto = SwitchBody;
  protected readonly view = BalanceView;
  protected override readonly argument = 'user_id';
  protected override readonly flags = { new_tier: '--tier' };

  constructor(
    terminal: Terminal,
    private readonly plans: PlansService,
  ) {
    super(terminal);
  }

  protected override change(
    actor: Actor,
    { user_id, new_tier }: SwitchBody,
    key: string | undefined,
  ): Promise<Replayable<object>> {
    return this.plans.switch(actor, accountOf(actor, user_id), new_tier, key);
  }
}
