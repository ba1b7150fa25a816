import { Command } from 'nest-commander';
import { TiersSwitchCommand } from './payments/switch.command.js';
import { CommandGroup } from './platform/cli/command.js';
import { TierSetCommand, TiersListCommand } from './tiers/tiers.command.js';

export const TIERS_COMMANDS = [TiersListCommand, TierSetCommand, TiersSwitchCommand];

/** `tollgate tiers`: switching may need a payment, and is a command of that module. */
@Command({ name: 'tiers', description: 'Read and edit the tiers, and move accounts', subCommands: TIERS_COMMANDS })
export class TiersCommand extends CommandGroup {}
