import type { LoggerService } from '@nestjs/common';
import { CommandFactory, CommandRunnerService } from 'nest-commander';
import { CliModule } from './cli.module.js';
import { CliProgram } from '../platform/cli/program.js';
import { type Stream, Terminal } from '../platform/cli/terminal.js';
import { type Config, loadConfig, withDatabaseUrl } from '../platform/config/config.js';
import { connectEmbedded } from '../platform/embedded/connect.js';
import type { EmbeddedServer } from '../platform/embedded/embedded-postgres.js';
import { DomainError } from '../platform/errors.js';
import { VERSION } from '../platform/version.js';

/** Environment of a command; tests pass their own. */
export interface CliSurroundings {
  stdout: Stream;
  stderr: Stream;
  env: NodeJS.ProcessEnv | undefined;
}

const HERE: CliSurroundings = { stdout: process.stdout, stderr: process.stderr, env: undefined };
const INTERRUPTED = 130;

/** Minimal configuration for help, which must work everywhere and create no files. */
const NO_CONFIG = {
  JWT_SECRET: 'never used, because nothing is signed here',
  DATABASE_URL: 'postgresql://nowhere/tollgate',
};
const HELP = ['-h', '--help', '-V', '--version'];
const WITHOUT_CONFIG = ['serve', 'worker', 'completion'];
const WITHOUT_DATABASE = ['token', 'backup', 'restore'];

/**
 * Runs one command, releases its resources and returns the exit code. Help and mistakes on the command line need neither
 * configuration nor database.
 */
export async function runCli(argv: readonly string[], surroundings: CliSurroundings = HERE): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  const terminal = new Terminal({ stdout, stderr, is_json: argv.includes('--json'), is_wide: argv.includes('--wide') });
  const run = (config: Config, isRehearsal: boolean) =>
    runWith(config, argv, terminal, { ...surroundings, isRehearsal });
  const isRunnable = async (): Promise<boolean> => (await run(loadConfig(NO_CONFIG), true)) !== null;
  let embedded: EmbeddedServer | null = null;
  try {
    if ((argv.length === 0 || HELP.some((flag) => argv.includes(flag))) && !(await isRunnable())) {
      return terminal.exit_code;
    }
    try {
      const { config, server } = await surroundingsOf(argv, env);
      embedded = server;
      await run(config, false);
    } catch (error) {
      // what is wrong on the command line counts before a missing configuration or database
      if (await isRunnable()) throw error;
    }
  } catch (error) {
    terminal.fail(error);
  } finally {
    await embedded?.stop();
  }
  return terminal.exit_code;
}

/** Returns the configuration of the command, and the embedded server if it was started or joined for it. */
async function surroundingsOf(
  argv: readonly string[],
  env: NodeJS.ProcessEnv | undefined,
): Promise<{ config: Config; server: EmbeddedServer | null }> {
  const command = argv.find((word) => !word.startsWith('-')) ?? '';
  if (WITHOUT_CONFIG.includes(command)) return { config: loadConfig(NO_CONFIG), server: null };
  const config = configOf(env);
  if (config.database.url !== null || WITHOUT_DATABASE.includes(command)) return { config, server: null };
  const server = await connectEmbedded(config.database.data_dir);
  stopOnInterrupt(server);
  return { config: withDatabaseUrl(config, server.url), server };
}

/** Runs or rehearses the command. A rehearsal only returns the name of the command; null if there is nothing to run. */
async function runWith(
  config: Config,
  argv: readonly string[],
  terminal: Terminal,
  { isRehearsal, ...io }: CliSurroundings & { isRehearsal: boolean },
): Promise<string | null> {
  const app = await CommandFactory.createWithoutRunning(CliModule.with(config, terminal), {
    logger: warningsTo(io.stderr),
    abortOnError: false,
    serviceErrorHandler: (error) => program.end(error),
  });
  const program = app.get(CliProgram);
  try {
    program.prepare({ ...io, version: VERSION, isRehearsal });
    await app.get(CommandRunnerService).run(['node', 'tollgate', ...argv]);
    return program.rehearsed;
  } finally {
    await app.close();
  }
}

function configOf(env: NodeJS.ProcessEnv | undefined): Config {
  try {
    return loadConfig(env);
  } catch (error) {
    throw new DomainError('invalid', 'invalid_configuration', (error as Error).message);
  }
}

/** Stops a server that was started for the command on Ctrl-C. */
function stopOnInterrupt(embedded: EmbeddedServer): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void embedded.stop().finally(() => process.exit(INTERRUPTED)));
  }
}

/** Creates Nest's logger for commands: only warnings and errors, never on stdout. */
function warningsTo(stderr: Stream): LoggerService {
  const say = (message: unknown): void => {
    const text = typeof message === 'object' && message !== null ? JSON.stringify(message) : String(message);
    stderr.write(`${message instanceof Error ? message.message : text}\n`);
  };
  const ignore = (): void => undefined;
  return { log: ignore, debug: ignore, verbose: ignore, warn: say, error: say, fatal: say };
}
