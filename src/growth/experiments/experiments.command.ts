import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import {
  type ArmResultView,
  ExperimentBody,
  ExperimentName,
  ExperimentResultView,
  ExperimentView,
} from './experiments.dto.js';
import { ExperimentsService } from './experiments.service.js';

const EXPERIMENTS: readonly Column[] = [
  ['key', 'key'],
  ['state', 'state'],
  ['metric', 'metric'],
  ['from', 'from'],
  ['to', 'to'],
  ['accounts per arm', 'arm_size'],
];
const RESULTS: readonly Column[] = [
  ['arm', 'name'],
  ['accounts', 'accounts'],
  ['compared', 'compared'],
  ['activated', 'activated'],
  ['converted', 'converted'],
  ['suspected', 'suspected'],
  ['revenue', 'revenue'],
  ['credits given', 'credits_given'],
  ['value', 'value'],
  ['difference', 'difference'],
];
const KEY = { key: 'Key of the experiment' };

/** `tollgate experiments list`. */
@SubCommand({ name: 'list', description: 'List experiments, the latest first' })
export class ExperimentsListCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly experiments: ExperimentsService,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    this.list(ExperimentView, await this.experiments.list(), EXPERIMENTS);
  }
}

/** `tollgate experiments create`. */
@SubCommand({ name: 'create', arguments: '<key>', argsDescription: KEY, description: 'Create an experiment' })
export class ExperimentsCreateCommand extends DtoCommand<ExperimentBody> {
  protected readonly dto = ExperimentBody;
  protected override readonly shown = ['arm_size'];
  protected override readonly argument = 'key';

  constructor(
    terminal: Terminal,
    private readonly experiments: ExperimentsService,
  ) {
    super(terminal);
  }

  protected override async execute(body: ExperimentBody): Promise<void> {
    this.show(ExperimentView, await this.experiments.create(cliActor(), body));
  }
}

/** `tollgate experiments show`. */
@SubCommand({
  name: 'show',
  arguments: '<key>',
  argsDescription: KEY,
  description: 'Show an experiment: its arms, their differences to the first, and the winner if there is one',
})
export class ExperimentsShowCommand extends DtoCommand<ExperimentName> {
  protected readonly dto = ExperimentName;
  protected override readonly argument = 'key';

  constructor(
    terminal: Terminal,
    private readonly experiments: ExperimentsService,
  ) {
    super(terminal);
  }

  protected override async execute({ key }: ExperimentName): Promise<void> {
    const experiment = await this.experiments.get(key);
    if (this.terminal.isJson) {
      this.show(ExperimentResultView, experiment);
      return;
    }
    this.show(ExperimentView, experiment);
    this.terminal.printRows(RESULTS, experiment.results.map(rowOf));
    this.terminal.print(sentenceOf(experiment));
  }
}

/** `tollgate experiments stop`. */
@SubCommand({
  name: 'stop',
  arguments: '<key>',
  argsDescription: KEY,
  description: 'Stop an experiment: new accounts no longer take part',
})
export class ExperimentsStopCommand extends DtoCommand<ExperimentName> {
  protected readonly dto = ExperimentName;
  protected override readonly argument = 'key';

  constructor(
    terminal: Terminal,
    private readonly experiments: ExperimentsService,
  ) {
    super(terminal);
  }

  protected override async execute({ key }: ExperimentName): Promise<void> {
    this.show(ExperimentView, await this.experiments.stop(cliActor(), key));
  }
}

const rounded = (value: number): string => value.toFixed(2);

function rowOf({ value, difference, ...arm }: ArmResultView): object {
  const interval = difference && `${rounded(difference.low)} to ${rounded(difference.high)}`;
  return {
    ...arm,
    value: value === null ? null : rounded(value),
    difference: difference && `${rounded(difference.value)} (${interval ?? ''})`,
  };
}

function sentenceOf({ winner, reason, have, need }: ExperimentResultView): string {
  if (winner !== null) return `${winner} is better.`;
  if (reason === 'no_difference') return 'The arms do not differ by as much as was looked for.';
  return `No winner yet: the smallest arm has ${have} of ${need} accounts whose windows are over.`;
}

export const EXPERIMENTS_COMMANDS = [
  ExperimentsListCommand,
  ExperimentsCreateCommand,
  ExperimentsShowCommand,
  ExperimentsStopCommand,
];

/** `tollgate experiments`. */
@Command({
  name: 'experiments',
  description: 'Experiments with what new users get',
  subCommands: EXPERIMENTS_COMMANDS,
})
export class ExperimentsCommand extends CommandGroup {}
