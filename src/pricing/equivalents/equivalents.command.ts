import { SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { EquivalentBody, EquivalentId, EquivalentView } from './equivalents.dto.js';
import { EquivalentsService } from './equivalents.service.js';

const EQUIVALENTS: readonly Column[] = [
  ['from', 'from'],
  ['to', 'to'],
  ['note', 'note'],
  ['id', 'id'],
];

/** `tollgate prices equivalents list`. */
@SubCommand({ name: 'list', description: 'List the models that can replace others' })
export class EquivalentsListCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly equivalents: EquivalentsService,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    this.list(EquivalentView, await this.equivalents.list(), EQUIVALENTS);
  }
}

/** `tollgate prices equivalents add`. */
@SubCommand({
  name: 'add',
  arguments: '<model> <replacement>',
  argsDescription: { model: 'Model that can be replaced', replacement: 'Model that replaces it' },
  description: 'Declare that a model can replace another; recommendations then call it equal',
})
export class EquivalentAddCommand extends DtoCommand<EquivalentBody> {
  protected readonly dto = EquivalentBody;
  protected override readonly argument = 'from';
  protected override readonly further_arguments = ['to'];

  constructor(
    terminal: Terminal,
    private readonly equivalents: EquivalentsService,
  ) {
    super(terminal);
  }

  protected override async execute(body: EquivalentBody): Promise<void> {
    this.show(EquivalentView, await this.equivalents.create(cliActor(), body));
  }
}

/** `tollgate prices equivalents remove`. */
@SubCommand({
  name: 'remove',
  arguments: '<id>',
  argsDescription: { id: 'Id, as shown by `prices equivalents list`' },
  description: 'Remove a model that can replace another',
})
export class EquivalentRemoveCommand extends DtoCommand<EquivalentId> {
  protected readonly dto = EquivalentId;
  protected override readonly argument = 'id';

  constructor(
    terminal: Terminal,
    private readonly equivalents: EquivalentsService,
  ) {
    super(terminal);
  }

  protected override async execute({ id }: EquivalentId): Promise<void> {
    await this.equivalents.delete(cliActor(), id);
    if (this.terminal.isJson) this.terminal.printJson({ id, deleted: true });
    else this.terminal.print('The equivalent is removed.');
  }
}

const SUBCOMMANDS = [EquivalentsListCommand, EquivalentAddCommand, EquivalentRemoveCommand];

/** `tollgate prices equivalents`. */
@SubCommand({
  name: 'equivalents',
  description: 'Models that can replace others',
  subCommands: SUBCOMMANDS,
})
export class EquivalentsCommand extends CommandGroup {}

export const EQUIVALENT_COMMANDS = [...SUBCOMMANDS, EquivalentsCommand];
