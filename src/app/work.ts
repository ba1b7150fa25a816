import { constants, setPriority } from 'node:os';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import type { Running } from './signals.js';
import { MetricsEndpoint } from '../health/metrics.endpoint.js';
import { Jobs } from '../jobs/jobs.js';
import { type Config, withDatabaseUrl } from '../platform/config/config.js';
import { connectEmbedded } from '../platform/embedded/connect.js';
import { Shutdown } from '../platform/shutdown.js';
import { createLogger, PinoNestLogger } from '../platform/http/logging.js';

/**
 * Runs jobs without serving requests, until `stop`, at the lowest priority: jobs use what requests leave of the processor.
 * It never migrates: if the schema does not match this release, it waits.
 */
export async function work(given: Config): Promise<Running> {
  setPriority(constants.priority.PRIORITY_LOW);
  const lines = createLogger(given);
  const logger = new PinoNestLogger(lines);
  Logger.overrideLogger(logger);
  const embedded = given.database.url === null ? await connectEmbedded(given.database.data_dir) : null;
  const config = embedded ? withDatabaseUrl(given, embedded.url) : given;
  let app: INestApplicationContext | undefined;
  const stop = async (): Promise<void> => {
    await app?.close();
    await embedded?.stop();
  };
  try {
    app = await NestFactory.createApplicationContext(AppModule.with(config), { logger, abortOnError: false });
    await app.get(MetricsEndpoint).listen();
    app.get(Jobs).start();
    const shutdown = app.get(Shutdown);
    return { config, logger: lines, stop, breakOff: () => shutdown.breakOff() };
  } catch (error) {
    await stop();
    throw error;
  }
}
