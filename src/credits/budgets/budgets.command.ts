import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { isUuid } from '../../platform/database/uuid.js';
import { NotFound } from '../../platform/errors.js';
import { BoostBody, BudgetsQuery, BudgetView, FlatBudgetBody } from './budgets.dto.js';
import { BudgetsService } from './budgets.service.js';

const COLUMNS: readonly Column[] = [
  ['id', 'id'],
  ['user', 'user_id'],
  ['of', 'limit_source'],
  ['limit', 'limit'],
  ['unit', 'unit'],
  ['window', 'window'],
  ['used', 'used'],
  ['held', 'held'],
  ['left', 'headroom'],
  ['resets', 'resets_at'],
];

/** `tollgate budgets list`. */
@SubCommand({ name: 'list', description: 'List budgets with their use, newest first' })
export class BudgetsListCommand extends DtoCommand<BudgetsQuery> {
  protected readonly dto = BudgetsQuery;
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly budgets: BudgetsService,
  ) {
    super(terminal);
  }

  protected override async execute(query: BudgetsQuery): Promise<void> {
    this.list(BudgetView, await this.budgets.list(cliActor(), query), COLUMNS);
  }
}

/** `tollgate budgets create`. */
@SubCommand({
  name: 'create',
  arguments: '<user>',
  argsDescription: { user: 'User id of the account' },
  description: 'Create a budget for an account, or for one of its keys, members, services, models or tags',
})
export class BudgetsCreateCommand extends DtoCommand<FlatBudgetBody> {
  protected readonly dto = FlatBudgetBody;
  protected override readonly argument = 'user_id';

  constructor(
    terminal: Terminal,
    private readonly budgets: BudgetsService,
  ) {
    super(terminal);
  }

  protected override async execute(flat: FlatBudgetBody): Promise<void> {
    const { api_key_id, member_id, service, model, tag, ...terms } = flat;
    const scope = Object.fromEntries(
      Object.entries({ api_key_id, member_id, service, model, tag }).filter(([, value]) => value !== undefined),
    );
    this.show(BudgetView, await this.budgets.create(cliActor(), { ...terms, scope }));
  }
}

/** `tollgate budgets boost`. */
@SubCommand({
  name: 'boost',
  arguments: '<budget> <amount>',
  argsDescription: { budget: 'Id of the budget', amount: 'What to add to the limit of the current window' },
  description: 'Raise one window of a budget',
})
export class BudgetsBoostCommand extends DtoCommand<BoostBody> {
  protected readonly dto = BoostBody;
  protected override readonly argument = 'amount';
  private id = '';

  constructor(
    terminal: Terminal,
    private readonly budgets: BudgetsService,
  ) {
    super(terminal);
  }

  override run([id, ...others]: string[]): Promise<void> {
    this.id = budgetId(id);
    return super.run(others);
  }

  protected override async execute(body: BoostBody): Promise<void> {
    const { result } = await this.budgets.boost(cliActor(), this.id, body, undefined);
    this.show(BudgetView, result);
  }
}

/** `tollgate budgets delete`. */
@SubCommand({
  name: 'delete',
  arguments: '<budget>',
  argsDescription: { budget: 'Id of the budget' },
  description: 'Remove a budget',
})
export class BudgetsDeleteCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly budgets: BudgetsService,
  ) {
    super(terminal);
  }

  override async run([given]: string[]): Promise<void> {
    const id = budgetId(given);
    await this.budgets.remove(cliActor(), id);
    if (this.terminal.isJson) this.terminal.printJson({ id, deleted: true });
    else this.terminal.print('The budget is removed.');
  }
}

function budgetId(given: string | undefined): string {
  if (!isUuid(given)) throw new NotFound('Budget');
  return given.toLowerCase();
}

export const BUDGETS_COMMANDS = [BudgetsListCommand, BudgetsCreateCommand, BudgetsBoostCommand, BudgetsDeleteCommand];

/** `tollgate budgets`. */
@Command({ name: 'budgets', description: 'List, create, boost and remove budgets', subCommands: BUDGETS_COMMANDS })
export class BudgetsCommand extends CommandGroup {}
