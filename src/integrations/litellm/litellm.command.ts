import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { NotFound } from '../../platform/errors.js';
import { isUuid } from '../../platform/database/uuid.js';
import { IsText } from '../../platform/values/wire-decorators.js';
import { AssignBody, RejectedLogView, RejectedQuery } from './rejected.dto.js';
import { RejectedService } from './rejected.service.js';

const ID = { arguments: '<id>', argsDescription: { id: 'Id of the rejected log' } };

const COLUMNS: readonly Column[] = [
  ['id', 'id'],
  ['log', 'log_id'],
  ['reason', 'reason'],
  ['status', 'status'],
  ['user', 'named_user'],
  ['booked for', 'assigned_to'],
  ['received', 'created_at'],
  ['detail', 'detail'],
];

class LogId {
  @ApiProperty({ description: 'Id of the rejected log' })
  @IsText({ min_length: 1 })
  id!: string;
}

class AssignOrder extends IntersectionType(LogId, AssignBody) {}

const known = (id: string): string => {
  if (!isUuid(id)) throw new NotFound('Rejected log');
  return id.toLowerCase();
};

/** `tollgate litellm rejected list`. */
@SubCommand({ name: 'list', description: 'List rejected logs, newest first' })
export class RejectedListCommand extends DtoCommand<RejectedQuery> {
  protected readonly dto = RejectedQuery;

  constructor(
    terminal: Terminal,
    private readonly rejected: RejectedService,
  ) {
    super(terminal);
  }

  protected override async execute(query: RejectedQuery): Promise<void> {
    this.list(RejectedLogView, await this.rejected.list(query), COLUMNS);
  }
}

/** `tollgate litellm rejected assign`. */
@SubCommand({
  name: 'assign',
  ...ID,
  description: 'Book a log for --user-id, or for the user it names; safe to repeat',
})
export class RejectedAssignCommand extends DtoCommand<AssignOrder> {
  protected readonly dto = AssignOrder;
  protected override readonly argument = 'id';

  constructor(
    terminal: Terminal,
    private readonly rejected: RejectedService,
  ) {
    super(terminal);
  }

  protected override async execute({ id, user_id }: AssignOrder): Promise<void> {
    this.show(RejectedLogView, await this.rejected.assign(cliActor(), known(id), user_id));
  }
}

/** `tollgate litellm rejected discard`. */
@SubCommand({ name: 'discard', ...ID, description: 'Discard a log, so that it is never booked; safe to repeat' })
export class RejectedDiscardCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly rejected: RejectedService,
  ) {
    super(terminal);
  }

  override async run([id = '']: string[]): Promise<void> {
    this.show(RejectedLogView, await this.rejected.discard(cliActor(), known(id)));
  }
}

/** `tollgate litellm rejected`. */
@SubCommand({
  name: 'rejected',
  description: 'Manage rejected logs',
  subCommands: [RejectedListCommand, RejectedAssignCommand, RejectedDiscardCommand],
})
export class RejectedCommand extends CommandGroup {}

/** `tollgate litellm`. */
@Command({ name: 'litellm', description: 'Manage LiteLLM logs', subCommands: [RejectedCommand] })
export class LiteLlmCommand extends CommandGroup {}

export const LITELLM_COMMANDS = [
  LiteLlmCommand,
  RejectedCommand,
  RejectedListCommand,
  RejectedAssignCommand,
  RejectedDiscardCommand,
];
