import { Command } from 'nest-commander';
import { CommandGroup } from '../platform/cli/command.js';
import { EQUIVALENT_COMMANDS, EquivalentsCommand } from '../pricing/equivalents/equivalents.command.js';
import { CATALOGUE_COMMANDS } from '../pricing/prices/prices.command.js';
import { RERATING_COMMANDS } from '../usage/rerating/rerating.command.js';

const SUBCOMMANDS = [...CATALOGUE_COMMANDS, ...RERATING_COMMANDS, EquivalentsCommand];

export const PRICES_COMMANDS = [...CATALOGUE_COMMANDS, ...RERATING_COMMANDS, ...EQUIVALENT_COMMANDS];

/** `tollgate prices`: groups commands of pricing and usage. */
@Command({ name: 'prices', description: 'Manage prices and preview changes', subCommands: SUBCOMMANDS })
export class PricesCommand extends CommandGroup {}
