import { Injectable } from '@nestjs/common';
import { SubCommand } from 'nest-commander';
import { accountOf, type Actor } from '../platform/actor.js';
import { ChangeCommand, cliActor, DtoCommand } from '../platform/cli/command.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import type { Replayable } from '../platform/replayable.js';
import { AccountsService } from './accounts/accounts.service.js';
import { CreditOrders } from './credit-orders.service.js';
import * as dto from './credits.dto.js';
import * as views from './credits.views.js';
import { TRANSACTION_COLUMNS } from './ledger/transactions.command.js';

const USER = { arguments: '<user>', argsDescription: { user: "The account's user_id" } };

const GRANT_COLUMNS: readonly Column[] = [
  ['id', 'id'],
  ['source', 'source'],
  ['amount', 'amount'],
  ['remaining', 'remaining'],
  ['priority', 'priority'],
  ['expires', 'expires_at'],
];

/** A reading command on one account. */
@Injectable()
abstract class ReadCommand<T extends object> extends DtoCommand<T> {
  protected override readonly argument = 'user_id';

  constructor(
    terminal: Terminal,
    protected readonly accounts: AccountsService,
  ) {
    super(terminal);
  }
}

/** A command that changes the credits of one account. */
@Injectable()
abstract class MoveCommand<T extends object> extends ChangeCommand<T> {
  protected readonly view: typeof views.BalanceView = views.MovementView;
  protected override readonly argument = 'user_id';

  constructor(
    terminal: Terminal,
    protected readonly orders: CreditOrders,
  ) {
    super(terminal);
  }
}

/** `tollgate credits show`. */
@SubCommand({
  name: 'show',
  ...USER,
  description: 'Show the balance of an account',
})
export class CreditsShowCommand extends ReadCommand<dto.BalanceQuery> {
  protected readonly dto = dto.BalanceQuery;

  protected override async execute(query: dto.BalanceQuery): Promise<void> {
    const { include_history, limit, provision } = query;
    const user_id = accountOf(cliActor(), query.user_id);
    const history = include_history ? limit : null;
    const { transactions, ...account } = await this.accounts.balance(cliActor(), user_id, history, provision);
    if (this.terminal.isJson) this.show(views.BalanceView, { ...account, transactions });
    else {
      this.show(views.BalanceView, account);
      if (transactions) this.list(views.TransactionView, transactions, TRANSACTION_COLUMNS);
    }
  }
}

/** `tollgate credits grants`. */
@SubCommand({ name: 'grants', ...USER, description: 'List the live grants of an account in burn order' })
export class CreditsGrantsCommand extends ReadCommand<dto.ReadQuery> {
  protected readonly dto = dto.ReadQuery;

  protected override async execute(query: dto.ReadQuery): Promise<void> {
    const user_id = accountOf(cliActor(), query.user_id);
    this.list(views.GrantView, await this.accounts.grants(cliActor(), user_id, query.provision), GRANT_COLUMNS);
  }
}

/** `tollgate credits allocate`. */
@SubCommand({ name: 'allocate', ...USER, description: 'Add credits from a source; debt is paid first' })
export class CreditsAllocateCommand extends MoveCommand<dto.AllocateBody> {
  protected readonly dto = dto.AllocateBody;

  protected override change(
    actor: Actor,
    body: dto.AllocateBody,
    key: string | undefined,
  ): Promise<Replayable<object>> {
    return this.orders.allocate(actor, body, key);
  }
}

/** `tollgate credits bonus`. */
@SubCommand({ name: 'bonus', ...USER, description: 'Grant bonus credits in addition to the plan' })
export class CreditsBonusCommand extends MoveCommand<dto.BonusBody> {
  protected readonly dto = dto.BonusBody;

  protected override change(actor: Actor, body: dto.BonusBody, key: string | undefined): Promise<Replayable<object>> {
    return this.orders.bonus(actor, body, key);
  }
}

/** `tollgate credits deduct`. */
@SubCommand({ name: 'deduct', ...USER, description: 'Charge an account; refused when it cannot afford the amount' })
export class CreditsDeductCommand extends MoveCommand<dto.DeductBody> {
  protected readonly dto = dto.DeductBody;

  protected override change(actor: Actor, body: dto.DeductBody, key: string | undefined): Promise<Replayable<object>> {
    return this.orders.deduct(actor, body, key);
  }
}

/** `tollgate credits refund`. */
@SubCommand({ name: 'refund', ...USER, description: 'Refund a charge, or credit an account without one' })
export class CreditsRefundCommand extends MoveCommand<dto.RefundBody> {
  protected readonly dto = dto.RefundBody;

  protected override change(actor: Actor, body: dto.RefundBody, key: string | undefined): Promise<Replayable<object>> {
    return this.orders.refund(actor, body, key);
  }
}

/** `tollgate credits reset`. */
@SubCommand({ name: 'reset', ...USER, description: 'Start a new period now, with the monthly credits of the tier' })
export class CreditsResetCommand extends MoveCommand<dto.ResetBody> {
  protected readonly dto = dto.ResetBody;
  protected override readonly view = views.BalanceView;

  protected override change(actor: Actor, body: dto.ResetBody, key: string | undefined): Promise<Replayable<object>> {
    return this.orders.reset(actor, body, key);
  }
}

/** `tollgate credits cap`. */
@SubCommand({
  name: 'cap',
  ...USER,
  description: "Set an account's monthly cap; without --monthly-cap it follows the tier again",
})
export class CreditsCapCommand extends MoveCommand<dto.CapBody> {
  protected readonly dto = dto.CapBody;
  protected override readonly view = views.BalanceView;

  protected override change(actor: Actor, body: dto.CapBody, key: string | undefined): Promise<Replayable<object>> {
    return this.orders.setCap(actor, body, key);
  }
}

export const CREDITS_COMMANDS = [
  CreditsShowCommand,
  CreditsGrantsCommand,
  CreditsAllocateCommand,
  CreditsBonusCommand,
  CreditsDeductCommand,
  CreditsRefundCommand,
  CreditsResetCommand,
  CreditsCapCommand,
];
