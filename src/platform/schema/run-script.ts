// Imported by scripts without a build, so it must not import other source files.
import pRetry from 'p-retry';
import type pg from 'pg';

const LOCK_NOT_AVAILABLE = '55P03';
/**
 * Settings for migrations; those of the role are meant for charges. A statement waiting for a lock blocks all later
 * ones, so the lock timeout is short and the migration is retried.
 */
const SETTINGS = [
  ['lock_timeout', `'2s'`],
  ['statement_timeout', '0'],
  ['enable_seqscan', 'on'],
  ['enable_bitmapscan', 'on'],
];
const RETRIES = { retries: 20, minTimeout: 500, maxTimeout: 5_000, factor: 1.5, randomize: true };

/** First line of a migration whose statements commit separately. */
export const OUTSIDE_A_TRANSACTION = '-- Outside a transaction.';
const STATEMENT = /(?:'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$|[^;])+/g;

/**
 * Runs a migration as one simple query, and therefore in one transaction: a failed migration is rolled back. A
 * migration that starts with {@link OUTSIDE_A_TRANSACTION} runs statement by statement. If a lock is not available
 * within seconds, the migration gives up, so that it blocks nobody, and is retried.
 */
export async function runScript(pool: pg.Pool, script: string): Promise<void> {
  const client = await pool.connect();
  try {
    if (!script.startsWith(OUTSIDE_A_TRANSACTION)) {
      await whenLocked(
        client,
        `${SETTINGS.map(([name, value]) => `SET LOCAL ${name} = ${value}`).join('; ')}; ${script}`,
      );
      return;
    }
    await client.query(SETTINGS.map(([name, value]) => `SET ${name} = ${value}`).join('; '));
    for (const statement of statementsOf(script)) await whenLocked(client, statement);
    await client.query(SETTINGS.map(([name]) => `RESET ${name}`).join('; '));
  } finally {
    client.release();
  }
}

function whenLocked(client: pg.PoolClient, script: string): Promise<unknown> {
  const isBusy = (error: unknown): boolean => (error as { code?: unknown }).code === LOCK_NOT_AVAILABLE;
  return pRetry(() => client.query(script), { ...RETRIES, shouldRetry: ({ error }) => isBusy(error) });
}

function statementsOf(script: string): string[] {
  const statements = script.replace(/^\s*--.*$/gm, '').match(STATEMENT) ?? [];
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}
