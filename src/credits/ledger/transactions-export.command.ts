import { SubCommand } from 'nest-commander';
import { cliActor } from '../../platform/cli/command.js';
import { ExportCommand } from '../../platform/cli/export-command.js';
import { Terminal } from '../../platform/cli/terminal.js';
import type { Sheet } from '../../platform/export/sheet.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { TransactionsExportQuery } from '../credits.dto.js';
import { filterOf } from './ledger-query.js';

/** `tollgate transactions export`. */
@SubCommand({
  name: 'export',
  arguments: '<user>',
  argsDescription: { user: "The account's user_id" },
  description: "Write an account's ledger to a file, oldest line first",
})
export class TransactionsExportCommand extends ExportCommand<TransactionsExportQuery> {
  protected readonly dto = TransactionsExportQuery;
  protected override readonly argument = 'user_id';
  protected override readonly flags = { transaction_type: null, date_from: '--from', date_to: '--to' };
  protected readonly what = 'transactions';

  constructor(
    terminal: Terminal,
    private readonly accounts: AccountsService,
  ) {
    super(terminal);
  }

  protected override async sheet(query: TransactionsExportQuery): Promise<{ sheet: Sheet; total: number }> {
    const filter = filterOf(cliActor(), query);
    const sheet = await this.accounts.ledgerSheet(cliActor(), filter, query.provision);
    return { sheet, total: await this.accounts.count(filter) };
  }
}
