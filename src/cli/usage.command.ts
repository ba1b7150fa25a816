import { Command } from 'nest-commander';
import { UsageExportCommand } from '../analytics/export/usage-export.command.js';
import { UsageSeriesCommand } from '../analytics/spending/usage-series.command.js';
import { CommandGroup } from '../platform/cli/command.js';
import { REPORT_COMMANDS } from '../usage/reports/usage.command.js';

export const USAGE_COMMANDS = [...REPORT_COMMANDS, UsageExportCommand, UsageSeriesCommand];

/** `tollgate usage`: groups commands of several modules. */
@Command({
  name: 'usage',
  description: 'Report on usage, export it, and verify its roll-up',
  subCommands: USAGE_COMMANDS,
})
export class UsageCommand extends CommandGroup {}
