import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { WelcomeStepBody, WelcomeStepName, WelcomeStepView } from './welcome.dto.js';
import { WelcomeService } from './welcome.service.js';

const STEPS: readonly Column[] = [
  ['source', 'source'],
  ['step', 'on'],
  ['credits', 'credits'],
  ['expire after days', 'expires_days'],
];
const NAMES = { source: 'Source that registration names; * for every other', on: 'What the user does' };

/** `tollgate welcome list`. */
@SubCommand({ name: 'list', description: 'List the steps for which new users get credits' })
export class WelcomeListCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly welcome: WelcomeService,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    this.list(WelcomeStepView, await this.welcome.listSteps(), STEPS);
  }
}

/** `tollgate welcome set`. */
@SubCommand({
  name: 'set',
  arguments: '<source> <on>',
  argsDescription: NAMES,
  description: 'Set the credits that new users of a source get for a step',
})
export class WelcomeSetCommand extends DtoCommand<WelcomeStepBody> {
  protected readonly dto = WelcomeStepBody;
  protected override readonly argument = 'source';
  protected override readonly further_arguments = ['on'];

  constructor(
    terminal: Terminal,
    private readonly welcome: WelcomeService,
  ) {
    super(terminal);
  }

  protected override async execute(body: WelcomeStepBody): Promise<void> {
    this.show(WelcomeStepView, await this.welcome.setStep(cliActor(), body));
  }
}

/** `tollgate welcome remove`. */
@SubCommand({
  name: 'remove',
  arguments: '<source> <on>',
  argsDescription: NAMES,
  description: 'Remove a step; credits that were given stay',
})
export class WelcomeRemoveCommand extends DtoCommand<WelcomeStepName> {
  protected readonly dto = WelcomeStepName;
  protected override readonly argument = 'source';
  protected override readonly further_arguments = ['on'];

  constructor(
    terminal: Terminal,
    private readonly welcome: WelcomeService,
  ) {
    super(terminal);
  }

  protected override async execute(step: WelcomeStepName): Promise<void> {
    await this.welcome.removeStep(cliActor(), step);
    if (this.terminal.isJson) this.terminal.printJson({ ...step, deleted: true });
    else this.terminal.print('The step is removed.');
  }
}

export const WELCOME_COMMANDS = [WelcomeListCommand, WelcomeSetCommand, WelcomeRemoveCommand];

/** `tollgate welcome`. */
@Command({ name: 'welcome', description: 'Credits that new users get for steps', subCommands: WELCOME_COMMANDS })
export class WelcomeCommand extends CommandGroup {}
