import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { DomainError } from '../errors.js';
import { applyMigrations, MIGRATIONS_DIR, migrationNames } from '../schema/engine.js';
import { archiveOf, loadArchive, type Manifest, type Secrets } from './archive.js';
import { encryptFile, decryptFile } from './sealed-file.js';

/** Files of the data folder that are needed to decrypt restored secrets and to verify tokens. */
const SECRET_FILES = ['jwt-secret', 'encryption-keys'];
const RESTORING = 'tollgate_restoring';

export interface BackupOrder {
  /** Connection string of the embedded database. */
  url: string;
  data_dir: string;
  file: string;
  passphrase: string;
}

/** Writes the embedded database and its secrets to a new file. Returns the tables. */
export async function backUp({ url, data_dir, file, passphrase }: BackupOrder): Promise<string[]> {
  const db = new pg.Client({ connectionString: url, application_name: 'tollgate backup' });
  await db.connect();
  const done: string[] = [];
  try {
    await encryptFile(
      archiveOf(db, await readSecrets(data_dir), (name) => done.push(name)),
      file,
      passphrase,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new DomainError('conflict', 'file_exists', `${file} already exists: choose another name.`);
  } finally {
    await db.end();
  }
  return done;
}

/**
 * Restores a backup: replaces the embedded database once the backup is fully loaded, then applies newer migrations.
 * @throws DomainError invalid `backup_unreadable`, conflict `database_not_empty` (unless `replace`) or
 * `backup_is_newer`
 */
export async function restore({
  url,
  data_dir,
  file,
  passphrase,
  replace,
}: BackupOrder & { replace: boolean }): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  if (!replace && (await hasTables(url))) {
    const detail = `There is already a database in ${path.resolve(data_dir)}. Choose another folder with DATA_DIR, or add --replace to delete it.`;
    throw new DomainError('conflict', 'database_not_empty', detail);
  }
  const fresh = urlOf(url, RESTORING);
  let secrets: Secrets = {};
  await decryptFile(file, passphrase, async (plain) => {
    let db: pg.Client | undefined;
    const begin = async (manifest: Manifest): Promise<pg.Client> => (db = await emptyCopy(url, fresh, manifest));
    try {
      secrets = await loadArchive(plain, begin);
      await db?.query('COMMIT');
    } finally {
      await db?.end();
    }
  });
  await applyMigrations(fresh);
  await run(
    urlOf(url, 'postgres'),
    `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`,
    `ALTER DATABASE ${RESTORING} RENAME TO ${name}`,
  );
  for (const [secret, content] of Object.entries(secrets)) {
    if (SECRET_FILES.includes(secret))
      await writeFile(path.join(data_dir, secret), content, { mode: 0o600, flush: true });
  }
}

/** Creates a database with the migrations of the backup and opens a transaction that can load rows unchanged. */
async function emptyCopy(url: string, fresh: string, { migrations, tables }: Manifest): Promise<pg.Client> {
  const unknown = migrations.filter((name) => !migrationNames().includes(name));
  if (unknown.length > 0) {
    const detail = `The backup is of a newer release (${unknown.join(', ')}): restore it with that one or a later one.`;
    throw new DomainError('conflict', 'backup_is_newer', detail);
  }
  await run(
    urlOf(url, 'postgres'),
    `DROP DATABASE IF EXISTS ${RESTORING} WITH (FORCE)`,
    `CREATE DATABASE ${RESTORING}`,
  );
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tollgate-restore-'));
  try {
    for (const name of migrations)
      await cp(path.join(MIGRATIONS_DIR, name), path.join(folder, name), { recursive: true });
    await applyMigrations(fresh, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const db = new pg.Client({ connectionString: fresh, application_name: 'tollgate restore' });
  await db.connect();
  const names = tables.map((table) => table.name).join();
  await db.query(
    `BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = 0; TRUNCATE ${names}`,
  );
  return db;
}

async function readSecrets(data_dir: string): Promise<Secrets> {
  const read = async (name: string): Promise<[string, string][]> => {
    try {
      return [[name, await readFile(path.join(data_dir, name), 'utf8')]];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // the secret is in the environment
      throw error;
    }
  };
  return Object.fromEntries((await Promise.all(SECRET_FILES.map(read))).flat());
}

async function hasTables(url: string): Promise<boolean> {
  const rows = await run(url, `SELECT FROM pg_tables WHERE schemaname = 'public' LIMIT 1`);
  return rows.length > 0;
}

/** Runs statements in sequence. Returns the rows of the last one. */
async function run(url: string, ...statements: string[]): Promise<unknown[]> {
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await db.query<never>(statement));
    return rows;
  } finally {
    await db.end();
  }
}

function urlOf(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}
