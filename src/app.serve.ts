import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.setup.js';
import { Jobs } from './jobs/jobs.js';
import { withDatabaseUrl, type Config } from './platform/config.js';
import { startEmbedded } from './platform/embedded/embedded-postgres.js';
import { createLogger, PinoNestLogger } from './platform/http/logging.js';
import { SchemaService } from './platform/schema/schema.service.js';

const SHUTDOWN_MAX_MS = 30_000;
/** npm passes Ctrl-C on to a process that had it from the terminal already: that is one signal, not two. */
const IMPATIENCE_MS = 1_000;

export interface Service {
  app: NestFastifyApplication;
  config: Config;
  /** Address to call, such as `http://127.0.0.1:8084`. */
  url: string;
  /** Whether the embedded database is used. */
  is_embedded: boolean;
  /** Finishes the requests in flight, then closes the database. */
  stop: () => Promise<void>;
}

/**
 * Starts everything the service needs and serves. Without a DATABASE_URL the embedded PostgreSQL is started, migrated
 * and, in the end, stopped; a given database is migrated only with MIGRATE_ON_START.
 */
export async function serve(given: Config): Promise<Service> {
  const logger = createLogger(given);
  Logger.overrideLogger(new PinoNestLogger(logger));
  const embedded =
    given.database.url === null ? await startEmbedded({ dataDir: given.database.data_dir, log: say }) : null;
  const config = embedded ? withDatabaseUrl(given, embedded.url) : given;
  let app: NestFastifyApplication | undefined;
  const stop = async (): Promise<void> => {
    await app?.close();
    await embedded?.stop();
  };
  try {
    app = await createApp(config, [], logger);
    if (config.encryption.is_self_made) warnOfOwnKey(config);
    if (embedded || config.database.migrate_on_start) await app.get(SchemaService).migrate();
    await listen(app, config);
    if (config.works_on_jobs) app.get(Jobs).start();
    return { app, config, url: await addressOf(app), is_embedded: embedded !== null, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Ends the process in good order at SIGINT or SIGTERM: exit code 0 when everything was finished, 1 when that took too
 * long or a second signal came. Not Nest's shutdown hooks, for the embedded database must stop after them.
 */
export function stopOnSignals({ stop }: Pick<Service, 'stop'>): void {
  let stoppingSince = 0;
  const onSignal = (): void => {
    if (stoppingSince > 0) {
      if (Date.now() - stoppingSince > IMPATIENCE_MS) process.exit(1);
      return;
    }
    stoppingSince = Date.now();
    setTimeout(() => process.exit(1), SHUTDOWN_MAX_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

/** @throws Error that says which setting to change when the address can not be listened on */
async function listen(app: NestFastifyApplication, { port, host }: Config): Promise<void> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    const advice = ADVICE[(error as NodeJS.ErrnoException).code ?? ''];
    throw advice === undefined ? error : new Error(advice(port, host), { cause: error });
  }
}

const ADVICE: Record<string, (port: number, host: string) => string> = {
  EADDRINUSE: (port) => `Port ${port} is taken: stop what listens on it, or choose another one with PORT.`,
  EACCES: (port) => `Port ${port} is not allowed to this user: choose one from 1024 on with PORT.`,
  EADDRNOTAVAIL: (_port, host) => `${host} is no address of this machine: set HOST to one that is.`,
  ENOTFOUND: (_port, host) => `${host} is no address of this machine: set HOST to one that is.`,
};

function say(message: string): void {
  new Logger('database').log(message);
}

function warnOfOwnKey({ database: { data_dir } }: Config): void {
  const advice = 'Without that file they are lost. Never run production like this: set ENCRYPTION_KEYS.';
  new Logger('encryption').warn(
    `Secrets of users are encrypted with a key kept in ${data_dir}/encryption-keys. ${advice}`,
  );
}

async function addressOf(app: NestFastifyApplication): Promise<string> {
  return (await app.getUrl()).replace('[::1]', 'localhost');
}
