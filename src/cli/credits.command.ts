import { Command } from 'nest-commander';
import { CreditsImportCommand } from '../bulk/imports/imports.command.js';
import * as credits from '../credits/credits.command.js';
import { CommandGroup } from '../platform/cli/command.js';

export const CREDITS_COMMANDS = [...credits.CREDITS_COMMANDS, CreditsImportCommand];

/** `tollgate credits`: groups commands of several modules. */
@Command({ name: 'credits', description: 'Show and change the credits of an account', subCommands: CREDITS_COMMANDS })
export class CreditsCommand extends CommandGroup {}
