import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import path from 'node:path';
import { eventually } from './eventually.js';

/** The folder of the package. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** Starts the built service in a process of its own, with `env` as its whole environment, whatever `.env` says. */
export function launch(
  env: NodeJS.ProcessEnv,
  command = process.execPath,
  args: readonly string[] = ['dist/main.js'],
  options: SpawnOptions = {},
): ChildProcess {
  return spawn(command, args, {
    cwd: ROOT,
    env: { ENV_FILE: '/dev/null', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...options,
  });
}

/** Waits until a service that was launched says that it is ready; fails with its last words when it ends before. */
export async function ready(child: ChildProcess, port: number): Promise<ChildProcess> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`the service did not start: ${said}`);
    return (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null))?.status === 200;
  });
  return child;
}
