import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { readUserId } from '../../platform/values/user-id.js';
import { NotFound } from '../../platform/errors.js';
import { GiftChecks } from './gift-checks.service.js';
import { GiftCheckSettingsView, GiftReviewsQuery, GiftReviewView } from './gift-reviews.dto.js';
import { GiftReviews } from './gift-reviews.service.js';

const COLUMNS: readonly Column[] = [
  ['user', 'user_id'],
  ['factor', 'trial_factor'],
  ['state', 'state'],
  ['withheld', 'withheld'],
  ['why', 'explanation'],
];
const USER = { arguments: '<user_id>', argsDescription: { user_id: 'Id of the user' } };

/** `tollgate gift-checks show`. */
@SubCommand({ name: 'show', description: 'Show whether gifts to new users are checked' })
export class GiftChecksShowCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly checks: GiftChecks,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    this.show(GiftCheckSettingsView, await this.checks.settings());
  }
}

/** `tollgate gift-checks on`. */
@SubCommand({ name: 'on', description: 'Check gifts to new users; needs ENCRYPTION_KEYS' })
export class GiftChecksOnCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly checks: GiftChecks,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    this.show(GiftCheckSettingsView, await this.checks.configure(cliActor(), true));
  }
}

/** `tollgate gift-checks off`. */
@SubCommand({ name: 'off', description: 'Give new users whole gifts again; what was withheld stays withheld' })
export class GiftChecksOffCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly checks: GiftChecks,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    this.show(GiftCheckSettingsView, await this.checks.configure(cliActor(), false));
  }
}

/** `tollgate gift-checks list`. */
@SubCommand({ name: 'list', description: 'List accounts whose gifts were checked' })
export class GiftChecksListCommand extends DtoCommand<GiftReviewsQuery> {
  protected readonly dto = GiftReviewsQuery;

  constructor(
    terminal: Terminal,
    private readonly reviews: GiftReviews,
  ) {
    super(terminal);
  }

  protected override async execute(query: GiftReviewsQuery): Promise<void> {
    this.list(GiftReviewView, await this.reviews.list(query), COLUMNS);
  }
}

/** `tollgate gift-checks clear`. */
@SubCommand({ name: 'clear', ...USER, description: 'Clear an account: it gets whole gifts, and what was withheld' })
export class GiftChecksClearCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly reviews: GiftReviews,
  ) {
    super(terminal);
  }

  override async run([user_id]: string[]): Promise<void> {
    this.show(GiftReviewView, await this.reviews.decide(cliActor(), userId(user_id), 'clear'));
  }
}

/** `tollgate gift-checks confirm`. */
@SubCommand({ name: 'confirm', ...USER, description: 'Confirm abuse: the account gets no gifts any more' })
export class GiftChecksConfirmCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly reviews: GiftReviews,
  ) {
    super(terminal);
  }

  override async run([user_id]: string[]): Promise<void> {
    this.show(GiftReviewView, await this.reviews.decide(cliActor(), userId(user_id), 'confirm'));
  }
}

function userId(text: string | undefined): string {
  const user_id = readUserId(text);
  if (user_id === null) throw new NotFound('Account');
  return user_id;
}

export const GIFT_CHECK_COMMANDS = [
  GiftChecksShowCommand,
  GiftChecksOnCommand,
  GiftChecksOffCommand,
  GiftChecksListCommand,
  GiftChecksClearCommand,
  GiftChecksConfirmCommand,
];

/** `tollgate gift-checks`. */
@Command({ name: 'gift-checks', description: 'Checks of gifts to new users', subCommands: GIFT_CHECK_COMMANDS })
export class GiftChecksCommand extends CommandGroup {}
