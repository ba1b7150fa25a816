import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

/** Beside package.json, wherever the process was started: what lies in some folder must not steer a service. */
const DEFAULT_FILE = path.resolve(import.meta.dirname, '../../.env');

/**
 * The environment, with the variables of the file ENV_FILE, or of `.env` in the folder of the project if there is one.
 * What the environment says itself counts more.
 * @throws Error when the file that ENV_FILE names can not be read
 */
export function environment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const file = env.ENV_FILE || DEFAULT_FILE;
  if (file === DEFAULT_FILE && !existsSync(file)) return env;
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...env };
  } catch (error) {
    const advice = 'Mend that, or name another file with ENV_FILE.';
    throw new Error(`Variables can not be read from a file: ${(error as Error).message}. ${advice}`, { cause: error });
  }
}
