import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { type CopyStreamQuery, from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { extract, pack, type Pack } from 'tar-stream';

/** Description of the archive, its first entry. */
export interface Manifest {
  format: 1;
  created_at: string;
  /** Migrations of the source database, oldest first. */
  migrations: string[];
  tables: Table[];
}

interface Table {
  /** Quoted name, including the schema. */
  name: string;
  columns: string[];
}

/** Contents of small files by name. */
export type Secrets = Record<string, string>;

const MANIFEST = 'manifest.json';
const SECRETS = 'secrets/';
const TABLES = 'tables/';
/**
 * Tables are split into pieces, because in a tar archive the size precedes the content and the size of a table is not
 * known in advance.
 */
const PIECE_BYTES = 1_048_576;

/**
 * Returns a tar archive with a consistent snapshot of a database, read by COPY while it is in use, and the secrets.
 * Calls `onTable` after each table.
 */
export function archiveOf(db: pg.Client, secrets: Secrets, onTable: (name: string) => void): Readable {
  const archive = pack();
  writeAll(archive, db, secrets, onTable).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  return Readable.from(archive);
}

async function writeAll(
  archive: Pack,
  db: pg.Client,
  secrets: Secrets,
  onTable: (name: string) => void,
): Promise<void> {
  await db.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0');
  const manifest: Manifest = {
    format: 1,
    created_at: new Date().toISOString(),
    migrations: (await db.query<{ name: string }>(MIGRATIONS_SQL)).rows.map(({ name }) => name),
    tables: (await db.query<Table>(TABLES_SQL)).rows,
  };
  await write(archive, MANIFEST, Buffer.from(JSON.stringify(manifest)));
  for (const [name, secret] of Object.entries(secrets)) await write(archive, SECRETS + name, Buffer.from(secret));
  for (const [i, { name, columns }] of manifest.tables.entries()) {
    let pieces: Buffer[] = [];
    const flush = async (): Promise<void> => {
      const piece = Buffer.concat(pieces.splice(0));
      if (piece.length > 0) await write(archive, `${TABLES}${i}`, piece);
    };
    let size = 0;
    for await (const chunk of db.query(
      copyTo(`COPY (SELECT ${columns.join()} FROM ${name}) TO STDOUT`),
    ) as AsyncIterable<Buffer>) {
      pieces.push(chunk);
      size += chunk.length;
      if (size < PIECE_BYTES) continue;
      await flush();
      pieces = [];
      size = 0;
    }
    await flush();
    onTable(name);
  }
  await db.query('COMMIT');
}

async function write(archive: Pack, name: string, content: Buffer): Promise<void> {
  const entry = archive.entry({ name, size: content.length });
  entry.end(content);
  await finished(entry);
}

/**
 * Reads such an archive. `begin` receives the manifest and creates the target database, with the same migrations and
 * with triggers disabled. Returns the secrets.
 */
export async function loadArchive(
  source: Readable,
  begin: (manifest: Manifest) => Promise<pg.Client>,
): Promise<Secrets> {
  const archive = source.pipe(extract());
  source.once('error', (error) => archive.destroy(error));
  const secrets: Secrets = {};
  let loader: Loader | undefined;
  for await (const entry of archive) {
    const { name } = entry.header;
    const content = await buffer(entry);
    if (name === MANIFEST) {
      const manifest = JSON.parse(content.toString()) as Manifest;
      loader = new Loader(await begin(manifest), manifest);
    } else if (name.startsWith(SECRETS)) {
      secrets[name.slice(SECRETS.length)] = content.toString();
    } else {
      await loader?.load(Number(name.slice(TABLES.length)), content);
    }
  }
  if (!loader) throw new Error('The archive has no manifest.');
  await loader.end();
  return secrets;
}

/** Loads tables from their pieces, which arrive in order. */
class Loader {
  private table = -1;
  private into: CopyStreamQuery | null = null;

  constructor(
    private readonly db: pg.Client,
    private readonly manifest: Manifest,
  ) {}

  async load(table: number, piece: Buffer): Promise<void> {
    const into = this.into !== null && this.table === table ? this.into : await this.next(table);
    if (into.errored) throw into.errored;
    if (!into.write(piece)) await once(into, 'drain');
  }

  async end(): Promise<void> {
    this.into?.end();
    if (this.into) await finished(this.into);
    this.into = null;
  }

  private async next(table: number): Promise<CopyStreamQuery> {
    await this.end();
    const { name, columns } = this.manifest.tables[table] ?? { name: '', columns: [] };
    if (name === '') throw new Error(`The archive's manifest has no table ${table}.`);
    this.table = table;
    this.into = this.db.query(copyFrom(`COPY ${name} (${columns.join()}) FROM STDIN`));
    return this.into;
  }
}

const MIGRATIONS_SQL = `SELECT migration_name AS name FROM public._prisma_migrations
  WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`;

/** Partitions are left out: the queues' statistics are in daily tables, which are created again. */
const TABLES_SQL = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name, array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE n.nspname IN ('public', 'pgboss') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname NOT IN ('_prisma_migrations', 'queue_stats')
  GROUP BY n.nspname, c.relname ORDER BY 1`;
