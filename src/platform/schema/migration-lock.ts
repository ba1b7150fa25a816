// Imported by scripts without a build, so it must not import other source files.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const MIGRATING = 7_401_100;
const POLL_MS = 200;
const WAIT_MAX_MS = 15 * 60_000;

/**
 * Runs `work` while no other process migrates, with the connection that holds the lock. The others poll for the lock instead of waiting in the server: CREATE
 * INDEX CONCURRENTLY would wait for the waiting statement, which is a deadlock.
 * @throws Error if another process migrates for more than 15 minutes
 */
export async function withMigrationLock<T>(
  config: pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  client.on('error', () => undefined); // the next query on the connection fails with the error
  await client.connect();
  try {
    const until = Date.now() + WAIT_MAX_MS;
    while (!(await isTaken(client))) {
      if (Date.now() > until) throw new Error('Another process has been migrating this database for 15 minutes.');
      await delay(POLL_MS);
    }
    return await work(client);
  } finally {
    await client.end(); // also releases the lock
  }
}

async function isTaken(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATING]);
  return rows[0]?.taken === true;
}
