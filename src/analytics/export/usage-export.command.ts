import { SubCommand } from 'nest-commander';
import { cliActor } from '../../platform/cli/command.js';
import { ExportCommand } from '../../platform/cli/export-command.js';
import { Terminal } from '../../platform/cli/terminal.js';
import type { Sheet } from '../../platform/export/sheet.js';
import { UsageExportQuery } from '../analytics.dto.js';
import { AnalyticsService } from '../analytics.service.js';

/** `tollgate usage export`: exports an account's events to a file. */
@SubCommand({
  name: 'export',
  arguments: '<user>',
  argsDescription: { user: "The account's user_id" },
  description: "Export an account's usage events to a file",
})
export class UsageExportCommand extends ExportCommand<UsageExportQuery> {
  protected readonly dto = UsageExportQuery;
  protected override readonly argument = 'user_id';
  protected override readonly flags = { from_date: '--from', to_date: '--to' };
  protected readonly what = 'events';

  constructor(
    terminal: Terminal,
    private readonly analytics: AnalyticsService,
  ) {
    super(terminal);
  }

  protected override async sheet(query: UsageExportQuery): Promise<{ sheet: Sheet; total: number }> {
    const { sheet, total } = this.analytics.export(cliActor(), query);
    return { sheet, total: await total() };
  }
}
