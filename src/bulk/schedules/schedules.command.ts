import { Injectable } from '@nestjs/common';
import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { isUuid } from '../../platform/database/uuid.js';
import { NotFound } from '../../platform/errors.js';
import {
  OccurrenceView,
  ScheduledGrantBody,
  ScheduledGrantRunView,
  ScheduledGrantsQuery,
  ScheduledGrantView,
} from './schedules.dto.js';
import { ScheduledGrants } from './schedules.service.js';

const COLUMNS: readonly Column[] = [
  ['id', 'id'],
  ['name', 'name'],
  ['user', 'user_id'],
  ['plan', 'tier'],
  ['credits', 'amount'],
  ['every', 'every'],
  ['state', 'state'],
  ['next', 'next_run_at'],
];
const RUN_COLUMNS: readonly Column[] = [
  ['day', 'occurrence'],
  ['credits', 'amount'],
  ['accounts', 'accounts'],
  ['granted', 'granted'],
  ['skipped', 'skipped'],
  ['started', 'started_at'],
  ['completed', 'completed_at'],
  ['latest refusal', 'error'],
];
const OCCURRENCE_COLUMNS: readonly Column[] = [
  ['day', 'day'],
  ['due', 'due_at'],
  ['expires', 'expires_at'],
];
const ID = { arguments: '<id>', argsDescription: { id: 'Id of the scheduled grant' } };

/** `tollgate grants schedule list`. */
@SubCommand({ name: 'list', description: 'List scheduled grants, newest first' })
export class ScheduleListCommand extends DtoCommand<ScheduledGrantsQuery> {
  protected readonly dto = ScheduledGrantsQuery;

  constructor(
    terminal: Terminal,
    private readonly grants: ScheduledGrants,
  ) {
    super(terminal);
  }

  protected override async execute(query: ScheduledGrantsQuery): Promise<void> {
    this.list(ScheduledGrantView, await this.grants.list(query), COLUMNS);
  }
}

/** `tollgate grants schedule create`. */
@SubCommand({
  name: 'create',
  description:
    'Give credits to an account (--user-id) or to every account of a plan (--tier), every day, week or month',
})
export class ScheduleCreateCommand extends DtoCommand<ScheduledGrantBody> {
  protected readonly dto = ScheduledGrantBody;
  protected override readonly shown = ['user_id'];

  constructor(
    terminal: Terminal,
    private readonly grants: ScheduledGrants,
  ) {
    super(terminal);
  }

  protected override addOptions(): void {
    super.addOptions();
    this.command.option('--dry-run', 'Only list the next occurrences');
  }

  protected override async execute(body: ScheduledGrantBody): Promise<void> {
    if (this.command.getOptionValue('dryRun') !== true) {
      const { result } = await this.grants.create(cliActor(), body);
      this.show(ScheduledGrantView, result);
      return;
    }
    const { next_runs, accounts } = await this.grants.preview(body);
    this.list(OccurrenceView, next_runs, OCCURRENCE_COLUMNS);
    this.terminal.note(`Accounts that would get the credits: ${accounts}.`, { accounts });
  }
}

/** A command about one scheduled grant. */
@Injectable()
abstract class OneScheduleCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    protected readonly grants: ScheduledGrants,
  ) {
    super(terminal);
  }

  protected abstract act(id: string): Promise<void>;

  override async run([id]: string[]): Promise<void> {
    if (!isUuid(id)) throw new NotFound('Scheduled grant');
    await this.act(id.toLowerCase());
  }
}

/** `tollgate grants schedule show`. */
@SubCommand({ name: 'show', ...ID, description: 'Show a scheduled grant, with its next and its latest occurrence' })
export class ScheduleShowCommand extends OneScheduleCommand {
  protected override async act(id: string): Promise<void> {
    this.show(ScheduledGrantView, await this.grants.get(id));
  }
}

/** `tollgate grants schedule next`. */
@SubCommand({ name: 'next', ...ID, description: 'List the next occurrences' })
export class ScheduleNextCommand extends OneScheduleCommand {
  protected override async act(id: string): Promise<void> {
    this.list(OccurrenceView, (await this.grants.upcoming(id)).next_runs, OCCURRENCE_COLUMNS);
  }
}

/** `tollgate grants schedule runs`. */
@SubCommand({ name: 'runs', ...ID, description: 'List the latest occurrences with their progress' })
export class ScheduleRunsCommand extends OneScheduleCommand {
  protected override async act(id: string): Promise<void> {
    this.list(ScheduledGrantRunView, await this.grants.runsOf(id), RUN_COLUMNS);
  }
}

/** `tollgate grants schedule pause`. */
@SubCommand({ name: 'pause', ...ID, description: 'Pause a scheduled grant' })
export class SchedulePauseCommand extends OneScheduleCommand {
  protected override async act(id: string): Promise<void> {
    this.show(ScheduledGrantView, await this.grants.pause(cliActor(), id));
  }
}

/** `tollgate grants schedule resume`. */
@SubCommand({ name: 'resume', ...ID, description: 'Resume a scheduled grant; what was due meanwhile is not booked' })
export class ScheduleResumeCommand extends OneScheduleCommand {
  protected override async act(id: string): Promise<void> {
    this.show(ScheduledGrantView, await this.grants.resume(cliActor(), id));
  }
}

/** `tollgate grants schedule delete`. */
@SubCommand({ name: 'delete', ...ID, description: 'Remove a scheduled grant; credits that were given stay' })
export class ScheduleDeleteCommand extends OneScheduleCommand {
  protected override async act(id: string): Promise<void> {
    await this.grants.remove(cliActor(), id);
    if (this.terminal.isJson) this.terminal.printJson({ id, deleted: true });
    else this.terminal.print('The scheduled grant is removed.');
  }
}

const SCHEDULE_COMMANDS = [
  ScheduleListCommand,
  ScheduleCreateCommand,
  ScheduleShowCommand,
  ScheduleNextCommand,
  ScheduleRunsCommand,
  SchedulePauseCommand,
  ScheduleResumeCommand,
  ScheduleDeleteCommand,
];

/** `tollgate grants schedule`. */
@SubCommand({
  name: 'schedule',
  description: 'List, create, pause, resume and remove scheduled grants',
  subCommands: SCHEDULE_COMMANDS,
})
export class GrantsScheduleCommand extends CommandGroup {}

export const GRANTS_COMMANDS = [...SCHEDULE_COMMANDS, GrantsScheduleCommand];

/** `tollgate grants`. */
@Command({ name: 'grants', description: 'Credits that accounts get regularly', subCommands: [GrantsScheduleCommand] })
export class GrantsCommand extends CommandGroup {}
