// Imported, unbuilt, by scripts; so it imports no file of ours.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const MIGRATING = 7_401_100;
const POLL_MS = 200;
const WAIT_MAX_MS = 15 * 60_000;

/**
 * One process migrates at a time. The others ask again and again instead of waiting in the server: a statement that
 * waits there would be waited for by CREATE INDEX CONCURRENTLY, and both for ever.
 * @throws Error when another process migrates for more than a quarter of an hour
 */
export async function whileMigrating<T>(config: pg.ClientConfig, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  client.on('error', () => undefined); // what the connection was for fails by itself
  await client.connect();
  try {
    const until = Date.now() + WAIT_MAX_MS;
    while (!(await isTaken(client))) {
      if (Date.now() > until) throw new Error('Another process has been migrating this database for 15 minutes.');
      await delay(POLL_MS);
    }
    return await work();
  } finally {
    await client.end(); // and with it the lock
  }
}

async function isTaken(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [MIGRATING]);
  return rows[0]?.taken === true;
}
