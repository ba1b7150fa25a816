import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.setup.js';
import type { Running } from './app.signals.js';
import { OpenCalls } from './gateway/open-calls.js';
import { MetricsEndpoint } from './health/metrics.endpoint.js';
import { Jobs } from './jobs/jobs.js';
import { withDatabaseUrl, type Config } from './platform/config.js';
import { startEmbedded } from './platform/embedded/embedded-postgres.js';
import { createLogger, PinoNestLogger } from './platform/http/logging.js';
import { SchemaService } from './platform/schema/schema.service.js';
import { Shutdown } from './platform/shutdown.js';

/** For telling clients that their streams end. */
const LAST_WORDS_MS = 1_000;

export interface Service extends Running {
  app: NestFastifyApplication;
  /** Address to call, such as `http://127.0.0.1:8084`. */
  url: string;
  /** Whether the embedded database is used. */
  is_embedded: boolean;
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
  const stop = async (isWatched = true): Promise<void> => {
    if (app) await drain(app, isWatched ? 0 : config.shutdown.delay_s);
    await embedded?.stop();
  };
  const breakOff = (): void => app?.get(Shutdown).breakOff();
  try {
    app = await createApp(config, [], logger);
    if (config.encryption.is_self_made) warnOfOwnKey(config);
    if (embedded || config.database.migrate_on_start) await app.get(SchemaService).migrate();
    await app.get(MetricsEndpoint).listen();
    await listen(app, config);
    if (config.works_on_jobs) app.get(Jobs).start();
    return { app, config, logger, url: await addressOf(app), is_embedded: embedded !== null, stop, breakOff };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Lets everything end that began: first readiness says no, so that no new work is sent here, then the listener closes,
 * and what is still on its way is answered. Only then everything else stops.
 */
async function drain(app: NestFastifyApplication, delay_s: number): Promise<void> {
  const shutdown = app.get(Shutdown);
  shutdown.begin();
  const server = app.getHttpServer();
  shutdown.signal.addEventListener('abort', () =>
    setTimeout(() => server.closeAllConnections(), LAST_WORDS_MS).unref(),
  );
  const jobs = app.get(Jobs).stop(); // they need no delay: nobody sends them here
  await sleep(delay_s * 1_000, undefined, { signal: shutdown.signal }).catch(() => undefined);
  await app.getHttpAdapter().getInstance().close();
  await app.get(OpenCalls).ended(shutdown.signal);
  await jobs;
  await app.close();
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
