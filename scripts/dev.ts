/**
 * `npm run dev`: runs the service from its sources, and restarts it when one changes. The next process waits with all
 * packages loaded, so that a restart only loads the sources.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import path from 'node:path';

const SOURCES = path.resolve(import.meta.dirname, '../src');
const PROCESS = path.join(import.meta.dirname, 'dev-process.ts');
const HOOKS = path.join(import.meta.dirname, 'run-sources.ts');
/** An editor can write a file in several steps, or several files together. */
const SETTLE_MS = 50;

const prepare = (): ChildProcess => fork(PROCESS, { execArgv: ['--import', HOOKS] });
const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

let running: ChildProcess | null = null;
let next = prepare();
let isRestarting = false;
let hasChanged = false;

/** Replaces the running process; repeats it if sources change meanwhile. */
async function restart(): Promise<void> {
  hasChanged = true;
  if (isRestarting) return;
  isRestarting = true;
  while (hasChanged) {
    hasChanged = false;
    await replace();
  }
  isRestarting = false;
}

async function replace(): Promise<void> {
  const previous = running;
  running = next;
  running.send('load');
  if (previous && isAlive(previous)) {
    previous.kill('SIGTERM');
    await once(previous, 'exit');
  }
  if (isAlive(running)) {
    running.send('start');
    await Promise.race([once(running, 'message'), once(running, 'exit')]); // it serves, or has failed
  }
  next = prepare();
  if (!isAlive(running)) console.error('The service has ended; waiting for a change.');
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    next.kill('SIGKILL');
    if (!running || !isAlive(running)) process.exit();
    running.once('exit', (code) => process.exit(code ?? 1));
    running.kill(signal);
  });
}

let settling: NodeJS.Timeout | undefined;
watch(SOURCES, { recursive: true }, (_event, file) => {
  if (!file?.endsWith('.ts') || file.endsWith('.spec.ts')) return;
  clearTimeout(settling);
  settling = setTimeout(() => {
    console.error(`src/${file} has changed: restarting`);
    void restart();
  }, SETTLE_MS);
});
void restart();
