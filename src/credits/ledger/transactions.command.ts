import { Command, SubCommand } from 'nest-commander';
import { cliActor, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { TransactionsQuery } from '../credits.dto.js';
import { TransactionView } from '../credits.views.js';
import { filterOf } from './ledger-query.js';
import { TransactionsExportCommand } from './transactions-export.command.js';

export const TRANSACTION_COLUMNS: readonly Column[] = [
  ['when', 'created_at'],
  ['type', 'transaction_type'],
  ['amount', 'amount'],
  ['balance after', 'balance_after'],
  ['service', 'service'],
  ['description', 'description'],
  ['id', 'id'],
];

/** `tollgate transactions list`. */
@SubCommand({
  name: 'list',
  arguments: '<user>',
  argsDescription: { user: "The account's user_id" },
  description: "List an account's ledger, newest first",
})
export class TransactionsListCommand extends DtoCommand<TransactionsQuery> {
  protected readonly dto = TransactionsQuery;
  protected override readonly argument = 'user_id';
  protected override readonly flags = { transaction_type: null, date_from: '--from', date_to: '--to' };

  constructor(
    terminal: Terminal,
    private readonly accounts: AccountsService,
  ) {
    super(terminal);
  }

  protected override async execute(query: TransactionsQuery): Promise<void> {
    const page = await this.accounts.transactions(cliActor(), filterOf(cliActor(), query), query);
    this.list(TransactionView, page, TRANSACTION_COLUMNS);
  }
}

/** `tollgate transactions`. */
@Command({
  name: 'transactions',
  description: 'Read the ledger',
  subCommands: [TransactionsListCommand, TransactionsExportCommand],
})
export class TransactionsCommand extends CommandGroup {}
