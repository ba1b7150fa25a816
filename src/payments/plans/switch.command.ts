import { SubCommand } from 'nest-commander';
import { BalanceView } from '../../credits/credits.views.js';
import type { Actor } from '../../platform/actor.js';
import { ChangeCommand } from '../../platform/cli/command.js';
import { Terminal } from '../../platform/cli/terminal.js';
import { SwitchBody, SwitchController } from './switch.controller.js';

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
    private readonly tiers: SwitchController,
  ) {
    super(terminal);
  }

  protected override change(actor: Actor, body: SwitchBody, key: string | undefined): Promise<object> {
    return this.tiers.switchTier(actor, body, key);
  }
}
