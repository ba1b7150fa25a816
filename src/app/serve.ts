import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './setup.js';
import type { Running } from './signals.js';
import { OpenCalls } from '../gateway/calls/open-calls.js';
import { MetricsEndpoint } from '../health/metrics.endpoint.js';
import { Jobs } from '../jobs/jobs.js';
import { withDatabaseUrl, type Config } from '../platform/config/config.js';
import { startEmbedded } from '../platform/embedded/embedded-postgres.js';
import { createLogger, PinoNestLogger } from '../platform/http/logging.js';
import { SchemaService } from '../platform/schema/schema.service.js';
import { Shutdown } from '../platform/shutdown.js';

/** Time to notify clients that their streams end. */
const FINAL_FLUSH_MS = 1_000;

export interface Service extends Running {
  app: NestFastifyApplication;
  /** Base URL of the service, such as `http://127.0.0.1:8084`. */
  url: string;
}

/**
 * Starts the service. Without DATABASE_URL, the embedded PostgreSQL is started, migrated and finally stopped; an
 * external database is migrated only with MIGRATE_ON_START.
 */
export async function serve(given: Config): Promise<Service> {
  const logger = createLogger(given);
  Logger.overrideLogger(new PinoNestLogger(logger));
  const embedded =
    given.database.url === null ? await startEmbedded({ dataDir: given.database.data_dir, log: print }) : null;
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
    return { app, config, logger, url: await addressOf(app), stop, breakOff };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Shuts down gracefully: readiness reports 503, so that load balancers send no new work; then the listener closes and
 * running requests are answered; then everything else stops.
 */
async function drain(app: NestFastifyApplication, delay_s: number): Promise<void> {
  const shutdown = app.get(Shutdown);
  shutdown.begin();
  const server = app.getHttpServer();
  shutdown.signal.addEventListener('abort', () =>
    setTimeout(() => server.closeAllConnections(), FINAL_FLUSH_MS).unref(),
  );
  const jobs = app.get(Jobs).stop(); // jobs need no delay: no load balancer sends them
  await sleep(delay_s * 1_000, undefined, { signal: shutdown.signal }).catch(() => undefined); // aborted
  await app.getHttpAdapter().getInstance().close();
  await app.get(OpenCalls).ended(shutdown.signal);
  await jobs;
  await app.close();
}

/** @throws Error that names the setting to change if listening on the address fails */
async function listen(app: NestFastifyApplication, { port, host }: Config): Promise<void> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    const advice = ADVICE[(error as NodeJS.ErrnoException).code ?? ''];
    throw advice === undefined ? error : new Error(advice(port, host), { cause: error });
  }
}

const ADVICE: Record<string, (port: number, host: string) => string> = {
  EADDRINUSE: (port) =>
    `Port ${port} is in use: stop the process that listens on it, or choose another port with PORT.`,
  EACCES: (port) => `This user is not allowed to use port ${port}: choose a port from 1024 up with PORT.`,
  EADDRNOTAVAIL: (_port, host) => `${host} is not an address of this machine: set HOST to one that is.`,
  ENOTFOUND: (_port, host) => `${host} is not an address of this machine: set HOST to one that is.`,
};

function print(message: string): void {
  new Logger('database').log(message);
}

function warnOfOwnKey({ database: { data_dir } }: Config): void {
  const advice = 'Without that file they are lost. Do not use this in production: set ENCRYPTION_KEYS.';
  new Logger('encryption').warn(`User secrets are encrypted with the key in ${data_dir}/encryption-keys. ${advice}`);
}

async function addressOf(app: NestFastifyApplication): Promise<string> {
  return (await app.getUrl()).replace('[::1]', 'localhost');
}
