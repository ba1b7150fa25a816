import { Command } from 'nest-commander';
import { CommandGroup } from '../platform/cli/command.js';
import { CATALOGUE_COMMANDS } from '../pricing/prices/prices.command.js';
import { RERATING_COMMANDS } from '../usage/rerating/rerating.command.js';

export const PRICES_COMMANDS = [...CATALOGUE_COMMANDS, ...RERATING_COMMANDS];

/** `tollgate prices`: groups commands of pricing and usage. */
@Command({ name: 'prices', description: 'Manage prices and preview changes', subCommands: PRICES_COMMANDS })
export class PricesCommand extends CommandGroup {}
