import { Injectable } from '@nestjs/common';
import { type CommandRunner, InjectCommander } from 'nest-commander';
import { EXIT, EXIT_CODES_HELP } from './exit-codes.js';
import { type Stream, Terminal } from './terminal.js';

type Commander = Parameters<CommandRunner['setCommand']>[0];

interface Preparation {
  stdout: Stream;
  stderr: Stream;
  version: string;
  /** Stop short of the command itself. */
  isRehearsal: boolean;
}

/** Thrown in place of running the command. */
class Rehearsed extends Error {}

/** What the whole command line has in common. */
@Injectable()
export class CliProgram {
  /** The command that a rehearsal came to, by its first word; null when the command line asks for none. */
  rehearsed: string | null = null;

  constructor(
    @InjectCommander() private readonly program: Commander,
    private readonly terminal: Terminal,
  ) {}

  /** Gives every command the same manners: nothing exits by itself, and nothing but us writes errors. */
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
    }
  }

  /** Deals with what a command threw; help and version are thrown too, once they are printed. */
  end(error: unknown): void {
    if (error instanceof Rehearsed) return;
    const { code, exitCode } = error as { code?: unknown; exitCode?: unknown };
    if (typeof code === 'string' && code.startsWith('commander.') && exitCode === 0) return;
    if (code === 'commander.help') this.terminal.exit_code = EXIT.usage;
    else this.terminal.fail(error);
  }

  private stopBefore(command: Commander): void {
    const [unknown] = command.args;
    if (command.commands.length > 0 && unknown !== undefined) {
      command.error(`unknown command '${unknown}' of ${command.name()}`);
    }
    if (command.commands.length > 0) command.help({ error: true });
    const path = [command.name()];
    for (let above = command.parent; above?.parent; above = above.parent) path.unshift(above.name());
    this.rehearsed = path[0] ?? null;
    throw new Rehearsed();
  }
}

function withSubcommands(command: Commander): Commander[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
