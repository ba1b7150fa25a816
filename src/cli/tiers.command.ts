import { Command } from 'nest-commander';
import { TiersSwitchCommand } from '../payments/plans/switch.command.js';
import { CommandGroup } from '../platform/cli/command.js';
import { TierSetCommand, TiersListCommand } from '../tiers/tiers.command.js';

export const TIERS_COMMANDS = [TiersListCommand, TierSetCommand, TiersSwitchCommand];

/** `tollgate tiers`: the switch command is in the payments module, because it can require a payment. */
@Command({ name: 'tiers', description: 'List and edit tiers, and switch accounts', subCommands: TIERS_COMMANDS })
export class TiersCommand extends CommandGroup {}
