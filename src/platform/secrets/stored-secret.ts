import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns a secret of the embedded mode. It is generated at the first start and stored in `<dataDir>/<name>`, readable
 * only by its owner.
 * @throws Error naming the file if its content is not what it `should` be
 */
export function storedSecret(
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
    linkSync(fresh, file); // never replaces a file: if two processes start for the first time concurrently, one secret wins
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh);
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (isUsable(secret)) return secret;
  throw new Error(`${file} must ${should}; remove it to generate a new one.`);
}
