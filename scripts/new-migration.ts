/**
 * `npm run migration -- what_changes`: writes a migration with what prisma/schema.prisma changes, the comments included. It
 * compares the schema with an empty database to which all migrations so far were applied, so it needs no database. CHECKs,
 * triggers and functions are added by hand.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { readComments } from '../src/platform/schema/catalogue.ts';
import { applyMigrations, diffDatabaseToSchema } from '../src/platform/schema/engine.ts';
import { COMMENTS_FILE, ROOT, runGenerators } from './generated-files.ts';
import { withScratchDatabase } from './scratch-database.ts';

const MIGRATIONS = path.join(ROOT, 'prisma/migrations');

/** Returns the statements that are missing in the database, the comments last. */
async function missingStatements(url: string): Promise<string> {
  await applyMigrations(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const known = new Set(await readComments(client));
    const wanted = (await readFile(COMMENTS_FILE, 'utf8')).split('\n').filter((line) => line.startsWith('COMMENT ON'));
    const comments = wanted.filter((line) => !known.has(line));
    const parts = [await diffDatabaseToSchema(url), comments.join('\n')].map((part) => part.trim());
    return parts.filter((part) => part !== '').join('\n\n');
  } finally {
    await client.end();
  }
}

/** Returns the current time as it begins the name of a migration, or a later one: migrations run in the order of their names. */
async function nextStamp(): Promise<string> {
  const stamps = (await readdir(MIGRATIONS)).map((name) => Number(name.slice(0, 14))).filter(Number.isInteger);
  const now = Number(new Date().toISOString().replace(/\D/g, '').slice(0, 14));
  return String(Math.max(now, ...stamps.map((stamp) => stamp + 1)));
}

const [name = ''] = process.argv.slice(2);
if (!/^[a-z0-9_]+$/.test(name)) throw new Error('Name what changes: npm run migration -- account_note');
await runGenerators();
const sql = await withScratchDatabase(missingStatements);
if (sql === '') {
  console.log('The migrations produce prisma/schema.prisma already.');
} else {
  const folder = path.join(MIGRATIONS, `${await nextStamp()}_${name}`);
  await mkdir(folder);
  await writeFile(path.join(folder, 'migration.sql'), `${sql}\n`);
  console.log(`Wrote ${path.relative(ROOT, folder)}/migration.sql`);
}
