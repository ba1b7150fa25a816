import type { Logger } from 'pino';
import type { Config } from '../platform/config/config.js';

/** A running process that can be stopped. */
export interface Running {
  config: Config;
  logger: Logger;
  /** Stops it gracefully. `isWatched`: a person is waiting, so the delay for load balancers is skipped. */
  stop: (isWatched?: boolean) => Promise<void>;
  /** Aborts running work, so that `stop` completes. */
  breakOff: () => void;
}

/** npm forwards Ctrl-C to a process that already received it from the terminal; both count as one signal. */
const SECOND_SIGNAL_GRACE_MS = 1_000;
/** Time after the grace to notify clients that their streams end, and to close the database. */
const END_MAX_MS = 4_000;
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * Runs `start` and stops it gracefully on SIGINT, SIGTERM or SIGHUP: exit code 0 if everything ended in time, otherwise
 * 1. A second signal ends the grace, a third one ends the process immediately. SIGUSR2 toggles debug logging. The
 * handlers are installed first, because PID 1 of a container ignores signals without handlers. Nest's shutdown hooks
 * are not used, because the embedded database must stop after them.
 */
export async function runUntilSignal<T extends Running>(config: Config, start: () => Promise<T>): Promise<T> {
  const ending = new ShutdownSequence(config);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => ending.onSignal(signal));
  }
  const running = await start();
  process.on('SIGUSR2', () => toggleDebug(running));
  ending.started(running);
  return running;
}

/** The shutdown of the process. */
class ShutdownSequence {
  private running: Running | null = null;
  private signals = 0;
  private first_at_ms = 0;

  constructor(private readonly config: Config) {}

  /** Handles a signal. During startup nothing needs to finish, but an embedded database must not be left running. */
  onSignal(signal: keyof typeof SIGNAL_EXIT_CODES): void {
    if (this.signals > 0 && Date.now() - this.first_at_ms < SECOND_SIGNAL_GRACE_MS) return;
    this.signals += 1;
    if (this.signals === 1) this.first_at_ms = Date.now();
    const { running } = this;
    if (running === null && this.config.database.url !== null) process.exit(SIGNAL_EXIT_CODES[signal]);
    if (this.signals > 2) process.exit(1);
    if (running === null) return;
    if (this.signals === 1) this.end(running, signal === 'SIGINT');
    else running.breakOff();
  }

  started(running: Running): void {
    this.running = running;
    if (this.signals > 0) this.end(running, true);
  }

  private end(running: Running, isWatched: boolean): void {
    const grace_ms = running.config.shutdown.grace_s * 1_000;
    setTimeout(() => running.breakOff(), grace_ms).unref();
    setTimeout(() => process.exit(1), grace_ms + END_MAX_MS).unref();
    running.stop(isWatched).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  }
}

function toggleDebug({ logger, config: { log_level } }: Running): void {
  const isOn = logger.level !== log_level;
  const level = log_level === 'debug' ? 'info' : 'debug';
  logger.level = isOn ? log_level : level;
  logger.warn(`the log level is ${logger.level} until the next SIGUSR2`);
}
