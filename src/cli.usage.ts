import { Command } from 'nest-commander';
import { UsageExportCommand } from './analytics/usage-export.command.js';
import { CommandGroup } from './platform/cli/command.js';

export const USAGE_COMMANDS = [UsageExportCommand];

/** `tollgate usage`: its commands are those of several modules. */
@Command({ name: 'usage', description: 'Read what was used', subCommands: USAGE_COMMANDS })
export class UsageCommand extends CommandGroup {}
