import type { Logger } from 'pino';
import type { Config } from './platform/config.js';

/** A process that was started and can be ended. */
export interface Running {
  config: Config;
  logger: Logger;
  /** Ends it in good order. `isWatched`: a person waits for it, and nobody else has to notice before. */
  stop: (isWatched?: boolean) => Promise<void>;
  /** Breaks off what still runs, so that `stop` comes to its end. */
  breakOff: () => void;
}

/** npm passes Ctrl-C on to a process that had it from the terminal already: that is one signal, not two. */
const IMPATIENCE_MS = 1_000;
/** After the grace: for telling clients that their streams end, and for closing the database. */
const END_MAX_MS = 4_000;
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/**
 * Starts what `start` starts and ends it in good order at SIGINT, SIGTERM or SIGHUP: exit code 0 when everything was
 * ended, 1 when that took too long. A second signal shortens the grace to nothing, a third one ends the process at once.
 * SIGUSR2 switches the debug lines of the log on and off. The handlers stand from the beginning, for as the first process
 * of a container it would hear no signal without them. Not Nest's shutdown hooks: the embedded database stops after them.
 */
export async function runUntilSignal<T extends Running>(config: Config, start: () => Promise<T>): Promise<T> {
  const ending = new Ending(config);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => ending.onSignal(signal));
  }
  const running = await start();
  process.on('SIGUSR2', () => toggleDebug(running));
  ending.started(running);
  return running;
}

/** The end of the process, signal by signal. */
class Ending {
  private running: Running | null = null;
  private signals = 0;
  private first_at_ms = 0;

  constructor(private readonly config: Config) {}

  /** Before the start is over there is nothing to finish, but an embedded database must not be left behind. */
  onSignal(signal: keyof typeof SIGNAL_EXIT_CODES): void {
    if (this.signals > 0 && Date.now() - this.first_at_ms < IMPATIENCE_MS) return;
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
