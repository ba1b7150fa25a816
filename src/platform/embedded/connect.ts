import { existsSync } from 'node:fs';
import path from 'node:path';
import { DomainError } from '../errors.js';
import { EmbeddedUnavailable } from './binaries.js';
import { type EmbeddedServer, startEmbedded } from './embedded-postgres.js';

/**
 * Connects a command to the embedded database: joins the running server of the folder, or starts it until `stop` is
 * called. Never creates a database, because that would hide the mistake of running in the wrong folder.
 * @throws DomainError unavailable `no_database` or `database_unavailable`
 */
export async function connectEmbedded(dataDir: string): Promise<EmbeddedServer> {
  const home = path.resolve(dataDir);
  if (!existsSync(path.join(home, 'postgres', 'PG_VERSION'))) {
    throw new DomainError(
      'unavailable',
      'no_database',
      `There is no database in ${home} yet. Start the service once in this folder (npm start), change to the folder where it runs, or set DATABASE_URL.`,
    );
  }
  try {
    return await startEmbedded({ dataDir, kind: 'tool', log: () => undefined });
  } catch (error) {
    if (error instanceof EmbeddedUnavailable)
      throw new DomainError('unavailable', 'database_unavailable', error.message);
    throw error;
  }
}
