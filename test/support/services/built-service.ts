import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import path from 'node:path';
import { eventually } from '../eventually.js';

/** The project folder. */
export const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Starts the built service in a separate process, with `env` as its whole environment and without `.env`. */
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

/** Waits until a started service is ready; fails with its output if it ends before. */
export async function ready(child: ChildProcess, port: number): Promise<ChildProcess> {
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`the service did not start: ${output}`);
    return (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null))?.status === 200;
  });
  return child;
}
