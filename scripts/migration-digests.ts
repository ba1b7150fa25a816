/**
 * `npm run freeze`: records the digests of new migrations in prisma/migrations.sha256. A recorded migration is
 * released: databases have applied it, so it must not be edited again, and `npm run drift` fails if it was.
 */
import { hash } from 'node:crypto';
import { appendFile, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

const PRISMA = path.resolve(import.meta.dirname, '../prisma');
const MIGRATIONS = path.join(PRISMA, 'migrations');
const DIGESTS_FILE = path.join(PRISMA, 'migrations.sha256');

export interface Digests {
  /** Recorded digests by file. */
  noted: Map<string, string>;
  /** Current digests by file. */
  found: Map<string, string>;
}

/** Formats a line for `sha256sum --check`, with paths relative to the migrations folder. */
const lineOf = ([file, digest]: [string, string]): string => `${digest}  ${file}\n`;

export async function readDigests(): Promise<Digests> {
  const lines = (await readFile(DIGESTS_FILE, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  const noted = new Map(lines.map((line): [string, string] => [line.slice(66), line.slice(0, 64)]));
  const folders = (await readdir(MIGRATIONS, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const files = folders.map(({ name }) => `${name}/migration.sql`).sort();
  const digest = async (file: string): Promise<[string, string]> => [
    file,
    hash('sha256', await readFile(path.join(MIGRATIONS, file))),
  ];
  return { noted, found: new Map(await Promise.all(files.map(digest))) };
}

/** Returns released migrations that were edited or removed. */
export const changedMigrations = ({ noted, found }: Digests): string[] =>
  [...noted].filter(([file, digest]) => found.get(file) !== digest).map(([file]) => file);

/** Returns migrations that are not recorded yet. */
export const newMigrations = ({ noted, found }: Digests): string[] =>
  [...found.keys()].filter((file) => !noted.has(file));

if (import.meta.main) {
  const digests = await readDigests();
  const fresh = newMigrations(digests);
  const lines = fresh.map((file) => lineOf([file, digests.found.get(file) ?? '']));
  await appendFile(DIGESTS_FILE, lines.join(''));
  console.log(fresh.length === 0 ? 'There is no new migration.' : `Recorded ${fresh.join(', ')}`);
  for (const file of changedMigrations(digests)) console.error(`${file} is released and was edited: restore it.`);
  if (changedMigrations(digests).length > 0) process.exitCode = 1;
}
