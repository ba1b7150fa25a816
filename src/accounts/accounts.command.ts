import { Injectable } from '@nestjs/common';
import { Command, SubCommand } from 'nest-commander';
import { NoBody } from '../credits/holds/holds.dto.js';
import type { Actor } from '../platform/actor.js';
import { ChangeCommand, CliCommand, cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import type { Replayable } from '../platform/replayable.js';
import { idOf, USER } from './account-argument.js';
import { AccountErasure } from './account-erasure.service.js';
import { AccountsExportCommand } from './account-export.command.js';
import { AccountMoveService } from './account-move.service.js';
import { AccountOverview } from './account-overview.service.js';
import { AccountStatusService } from './account-status.service.js';
import { AccountOverviewView, AccountsQuery, ListedAccountView } from './accounts-list.dto.js';
import { AccountsListService } from './accounts-list.service.js';
import { AccountView, MoveBody, MoveView, SuspendBody } from './accounts.dto.js';

const COLUMNS: readonly Column[] = [
  ['user', 'user_id'],
  ['e-mail', 'email'],
  ['tier', 'tier'],
  ['status', 'status'],
  ['balance', 'balance'],
  ['held', 'held'],
  ['debt', 'debt'],
  ['last change', 'last_updated'],
];

/** `tollgate accounts list`. */
@SubCommand({ name: 'list', description: 'Search accounts' })
export class AccountsListCommand extends DtoCommand<AccountsQuery> {
  protected readonly dto = AccountsQuery;

  constructor(
    terminal: Terminal,
    private readonly accounts: AccountsListService,
  ) {
    super(terminal);
  }

  protected override async execute(query: AccountsQuery): Promise<void> {
    this.list(ListedAccountView, await this.accounts.list(query), COLUMNS);
  }
}

/** `tollgate accounts show`. */
@SubCommand({ name: 'show', ...USER, description: 'Show an account in detail' })
export class AccountsShowCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly overview: AccountOverview,
  ) {
    super(terminal);
  }

  override async run([user]: string[]): Promise<void> {
    this.show(AccountOverviewView, await this.overview.of(cliActor(), idOf(user)));
  }
}

/** A command on the account in the first argument. */
@Injectable()
abstract class AccountCommand<T extends object> extends ChangeCommand<T> {
  protected readonly view: typeof AccountView = AccountView;
  protected user_id = '';

  override run([user, ...others]: string[]): Promise<void> {
    this.user_id = idOf(user);
    return super.run(others);
  }
}

/** `tollgate accounts move`. */
@SubCommand({
  name: 'move',
  arguments: '<from> <to>',
  argsDescription: { from: 'The account to move; it is closed', to: 'The target account' },
  description: 'Move an account to another user',
})
export class AccountsMoveCommand extends AccountCommand<MoveBody> {
  protected readonly dto = MoveBody;
  protected override readonly argument = 'to';
  protected override readonly view = MoveView;

  constructor(
    terminal: Terminal,
    private readonly moves: AccountMoveService,
  ) {
    super(terminal);
  }

  protected override change(actor: Actor, { to }: MoveBody, key: string | undefined): Promise<Replayable<object>> {
    return this.moves.move(actor, this.user_id, to, key);
  }
}

/** `tollgate accounts suspend`. */
@SubCommand({ name: 'suspend', ...USER, description: 'Suspend an account, so that it cannot spend' })
export class AccountsSuspendCommand extends AccountCommand<SuspendBody> {
  protected readonly dto = SuspendBody;

  constructor(
    terminal: Terminal,
    private readonly status: AccountStatusService,
  ) {
    super(terminal);
  }

  protected override change(actor: Actor, body: SuspendBody, key: string | undefined): Promise<Replayable<object>> {
    return this.status.suspend(actor, this.user_id, body.reason, key);
  }
}

/** `tollgate accounts resume`. */
@SubCommand({ name: 'resume', ...USER, description: 'Resume a suspended account' })
export class AccountsResumeCommand extends AccountCommand<NoBody> {
  protected readonly dto = NoBody;

  constructor(
    terminal: Terminal,
    private readonly status: AccountStatusService,
  ) {
    super(terminal);
  }

  protected override change(actor: Actor, _nothing: NoBody, key: string | undefined): Promise<Replayable<object>> {
    return this.status.resume(actor, this.user_id, key);
  }
}

/** `tollgate accounts erase`. */
@SubCommand({ name: 'erase', ...USER, description: 'Erase an account permanently' })
export class AccountsEraseCommand extends AccountCommand<NoBody> {
  protected readonly dto = NoBody;

  constructor(
    terminal: Terminal,
    private readonly erasure: AccountErasure,
  ) {
    super(terminal);
  }

  protected override change(actor: Actor, _nothing: NoBody, key: string | undefined): Promise<Replayable<object>> {
    return this.erasure.request(actor, this.user_id, key);
  }
}

export const ACCOUNTS_COMMANDS = [
  AccountsListCommand,
  AccountsShowCommand,
  AccountsExportCommand,
  AccountsMoveCommand,
  AccountsSuspendCommand,
  AccountsResumeCommand,
  AccountsEraseCommand,
];

/** `tollgate accounts`: find, export, move, suspend and erase. */
@Command({
  name: 'accounts',
  description: 'Find, export, move, suspend and erase accounts',
  subCommands: ACCOUNTS_COMMANDS,
})
export class AccountsCommand extends CommandGroup {}
