import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A secret of the embedded mode: made at the first start, kept in `<dataDir>/<name>`, readable by its owner alone.
 * @throws Error naming the file when what it holds is not what it `should` hold
 */
export function keptSecret(
  dataDir: string,
  name: string,
  make: () => string,
  isUsable: (secret: string) => boolean,
  should: string,
): string {
  const file = path.join(dataDir, name);
  mkdirSync(dataDir, { recursive: true });
  const fresh = `${file}.${randomUUID()}`;
  writeFileSync(fresh, make(), { mode: 0o600 });
  try {
    linkSync(fresh, file); // refuses to replace: of two first starts at once, one secret wins
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh);
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (isUsable(secret)) return secret;
  throw new Error(`${file} must ${should}; remove it to have a new one made.`);
}
