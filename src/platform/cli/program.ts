import { Injectable } from '@nestjs/common';
import { type CommandRunner, InjectCommander } from 'nest-commander';
import { EXIT, EXIT_CODES_HELP } from './exit-codes.js';
import { exampleOptions } from './options.js';
import { type Stream, Terminal } from './terminal.js';

type Commander = Parameters<CommandRunner['setCommand']>[0];

interface Preparation {
  stdout: Stream;
  stderr: Stream;
  version: string;
  /** Parse the command line without running the command. */
  isRehearsal: boolean;
}

/** Thrown in place of running the command. */
class Rehearsed extends Error {}

/** Common setup of the command line. */
@Injectable()
export class CliProgram {
  /** First word of the command found by a rehearsal; null if the command line names none. */
  rehearsed: string | null = null;

  constructor(
    @InjectCommander() private readonly program: Commander,
    private readonly terminal: Terminal,
  ) {}

  /** Configures every command: commander neither exits the process nor writes errors itself. */
  prepare({ stdout, stderr, version, isRehearsal }: Preparation): void {
    this.program
      .name('tollgate')
      .description('Credits, usage metering and charging: the service and its administration')
      .usage('<command> [options]')
      .version(version, '-V, --version', 'Print the version')
      .addHelpText('afterAll', EXIT_CODES_HELP);
    if (isRehearsal) this.program.hook('preAction', (_program, command) => this.stopBefore(command));
    const output = {
      writeOut: (text: string) => void stdout.write(text),
      writeErr: (text: string) => void stderr.write(text),
      outputError: () => undefined,
    };
    for (const command of withSubcommands(this.program)) {
      command
        .exitOverride()
        .configureOutput(output)
        .allowExcessArguments(command.commands.length > 0)
        .helpOption('-h, --help', 'Show this help');
      if (command.commands.length === 0) command.addHelpText('after', `\nExample:\n  ${exampleCall(command)}`);
    }
  }

  /** Handles what a command threw. commander also throws after printing help or the version. */
  end(error: unknown): void {
    if (error instanceof Rehearsed) return;
    const { code, exitCode } = error as { code?: unknown; exitCode?: unknown };
    if (typeof code === 'string' && code.startsWith('commander.') && exitCode === 0) return;
    if (code === 'commander.help') this.terminal.exit_code = EXIT.usage;
    else this.terminal.fail(error);
  }

  private stopBefore(command: Commander): void {
    const [unknown] = command.args;
    if (command.commands.length > 0 && unknown !== undefined) refuseUnknown(command, unknown);
    if (command.commands.length > 0) command.help({ error: true });
    this.rehearsed = pathOf(command)[1] ?? null;
    throw new Rehearsed();
  }
}

/** Reports an unknown subcommand; commander does not name the parent. */
function refuseUnknown(command: Commander, name: string): never {
  try {
    return (command as unknown as { unknownCommand: () => never }).unknownCommand();
  } catch (error) {
    (error as Error).message = (error as Error).message.replace(`'${name}'`, `'${name}' of ${command.name()}`);
    throw error;
  }
}

/** Returns the names from the program to the command. */
function pathOf(command: Commander): string[] {
  return [...(command.parent ? pathOf(command.parent) : []), command.name()];
}

/** Example arguments by name. */
const ARGUMENTS: Record<string, string> = {
  user: 'user-42',
  from: 'user-42',
  to: 'user-43',
  tier: 'starter',
  code: 'WELCOME-10',
  package: 'credits-50',
  user_id: 'user-42',
  model: 'openai/gpt-4o-mini',
  replacement: 'mistralai/mistral-small',
  key: 'trial-size',
  source: 'newsletter',
  on: 'registered',
  shell: 'bash',
  hold: '0198c0de-0000-7000-8000-000000000000',
  payment: '0198c0de-0000-7000-8000-000000000000',
  id: '0198c0de-0000-7000-8000-000000000000',
};

/** Returns an example of an argument; one that lists its values is shown with the first. */
const exampleArgument = (name: string): string =>
  name.includes('|') ? (name.split('|')[0] ?? '') : name.toUpperCase();

/** Returns an example call with all required arguments and options. */
function exampleCall(command: Commander): string {
  const values = command.registeredArguments.filter(({ required }) => required).map((each) => each.name());
  const words = values.map((name) => ARGUMENTS[name] ?? exampleArgument(name));
  return `./${[...pathOf(command), ...words, ...exampleOptions(command)].join(' ')}`;
}

function withSubcommands(command: Commander): Commander[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
