import { Command, CommandRunner, InjectCommander } from 'nest-commander';
import { DomainError } from '../errors.js';
import { type CommandTree, completionScript, type Shell, SHELLS } from './completion.js';
import { Terminal } from './terminal.js';

type Commander = Parameters<CommandRunner['setCommand']>[0];

/** `tollgate completion`: generated from the commands, so that it is always complete. */
@Command({
  name: 'completion',
  arguments: '<shell>',
  argsDescription: { shell: `One of ${SHELLS.join(', ')}` },
  description: 'Print a shell completion script',
})
export class CompletionCommand extends CommandRunner {
  constructor(
    @InjectCommander() private readonly program: Commander,
    private readonly terminal: Terminal,
  ) {
    super();
  }

  override run([shell = '']: string[]): Promise<void> {
    if (!isShell(shell)) {
      throw new DomainError('invalid', 'invalid_request', `The shell must be one of ${SHELLS.join(', ')}.`);
    }
    this.terminal.print(completionScript(shell, treeOf(this.program)));
    return Promise.resolve();
  }
}

const isShell = (text: string): text is Shell => (SHELLS as readonly string[]).includes(text);

function treeOf(command: Commander): CommandTree {
  return {
    name: command.name(),
    description: command.description(),
    options: [...command.options.map(optionOf), { flag: '--help', description: 'Show this help', values: [] }],
    commands: command.commands.map(treeOf),
    values: command.registeredArguments.flatMap((argument) => choicesOf(argument.name())),
  };
}

/** The values of an option are read from its placeholder, as in the help: `<csv|json>`. */
function optionOf({ long, flags, description }: Commander['options'][number]): CommandTree['options'][number] {
  const [, choices = ''] = /<([^<>]*\|[^<>]*)>/.exec(flags) ?? [];
  return { flag: long ?? flags, description, values: choicesOf(choices) };
}

/** The same of an argument. */
const choicesOf = (placeholder: string): string[] => (placeholder.includes('|') ? placeholder.split('|') : []);
