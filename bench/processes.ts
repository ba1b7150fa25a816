import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../src/platform/embedded/cluster.ts';

export const ROOT = path.resolve(import.meta.dirname, '..');
const READY_LIMIT_MS = 180_000;
const POLL_MS = 10;
/** Of a Linux system, in practice everywhere. */
const TICKS_PER_S = 100;

/** A service under load, in a process of its own. */
export interface Server {
  port: number;
  pid: number;
  /** From its start until it reported that it was ready. */
  ready_ms: number;
  /** Ends it in good order; rejects when it did not end well. */
  stop: () => Promise<void>;
}

const running = new Set<ChildProcess>();

/** Kills the servers that are still running. */
export function killServers(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Builds the service when its sources have changed. */
export async function build(): Promise<void> {
  const building = run([path.join(ROOT, 'scripts/build-if-stale.ts')], process.env);
  const [code] = (await once(building, 'exit')) as [number | null];
  if (code !== 0) throw new Error('the service could not be built');
}

/** Starts a Node program that serves on PORT and waits until `/health/ready` says yes. */
export async function startServer(args: string[], env: Record<string, string>): Promise<Server> {
  const port = Number(env['PORT'] ?? (await freePort()));
  const started = performance.now();
  const child = launchServer(args, env, port);
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended before it was ready`);
    if (performance.now() - started > READY_LIMIT_MS) {
      child.kill('SIGKILL');
      throw new Error(`${args.join(' ')} was not ready in time`);
    }
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
  return { port, pid: child.pid ?? 0, ready_ms: performance.now() - started, stop: () => stop(child) };
}

/** Starts a Node program that is to serve on a port, and waits for nothing. */
export function launchServer(args: string[], env: Record<string, string>, port: number): ChildProcess {
  return run(args, {
    PATH: process.env['PATH'],
    ENV_FILE: '/dev/null',
    HOST: '127.0.0.1',
    ...env,
    PORT: String(port),
  });
}

/** Whether `/health/ready` says yes. */
export async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
  } catch {
    return false;
  }
}

/** Ends a server in good order; rejects when it did not end well. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) throw new Error(`a server under test ended by itself with code ${child.exitCode}`);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`a server under test ended with code ${code}`);
}

function run(args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  // of what a server says only warnings are of interest here, which are JSON; stdout is for the results
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{')) process.stderr.write(`${line}\n`);
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

/** CPU seconds that a process has used. NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  try {
    const [utime, stime, cutime, cstime] = statOf(pid).slice(11, 15).map(Number);
    return ((utime ?? NaN) + (stime ?? NaN) + (cutime ?? NaN) + (cstime ?? NaN)) / TICKS_PER_S;
  } catch {
    return NaN;
  }
}

/** CPU seconds of a process and of its children, ended ones included. NaN where there is no /proc. */
export function cpuSecondsOfTree(pid: number): number {
  let sum = cpuSeconds(pid);
  if (Number.isNaN(sum)) return sum;
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name) && parentOf(Number(name)) === pid) sum += cpuSeconds(Number(name)) || 0;
  }
  return sum;
}

/** The process that started another one. NaN where there is no /proc, or no such process. */
export function parentOf(pid: number): number {
  try {
    return Number(statOf(pid)[1]);
  } catch {
    return NaN;
  }
}

/** Fields of /proc/<pid>/stat from the third on; the second, a name in brackets, may hold blanks. */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** CPU seconds that the machine has spent on anything, and all it could have spent. NaN where there is no /proc. */
export function machineSeconds(): { busy: number; all: number } {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    const fields = line.trim().split(/\s+/).slice(1, 9).map(Number);
    const all = fields.reduce((sum, field) => sum + field, 0);
    const [, , , idle = 0, iowait = 0] = fields;
    return { busy: (all - idle - iowait) / TICKS_PER_S, all: all / TICKS_PER_S };
  } catch {
    return { busy: NaN, all: NaN };
  }
}
