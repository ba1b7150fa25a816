import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

/**
 * Next to package.json, regardless of the working directory: a file in an arbitrary folder must not configure the
 * service.
 */
const DEFAULT_FILE = path.resolve(import.meta.dirname, '../../../.env');

/**
 * Returns the environment merged with the variables of the file ENV_FILE, or of `.env` in the project folder if it
 * exists. The environment takes precedence over the file.
 * @throws Error if the file cannot be read
 */
export function environment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const file = env.ENV_FILE || DEFAULT_FILE;
  if (file === DEFAULT_FILE && !existsSync(file)) return env;
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...env };
  } catch (error) {
    const advice = 'Fix the file, or name another one with ENV_FILE.';
    throw new Error(`The file with environment variables cannot be read: ${(error as Error).message}. ${advice}`, {
      cause: error,
    });
  }
}
