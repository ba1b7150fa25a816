/**
 * `npm run drift`: verifies that the migrations produce prisma/schema.prisma, that the generated files are up to date,
 * that the database comments match the schema docs, that a database restored from a dump has the same schema, and that
 * no released migration was edited. Prints the differences and how to fix them.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { readCatalogue, readComments } from '../src/platform/schema/catalogue.ts';
import { applyMigrations, diffDatabaseToSchema } from '../src/platform/schema/engine.ts';
import { CATALOGUE_FILE, COMMENTS_FILE, renderCatalogue, ROOT, ROWS_FILE, runGenerators } from './generated-files.ts';
import { LAYOUT_FILE, renderMailLayout } from './mail-layout.ts';
import { changedMigrations, newMigrations, readDigests } from './migration-digests.ts';
import { printedSchema } from './printed-schema.ts';
import { withScratchDatabase } from './scratch-database.ts';

interface Finding {
  what: string;
  details: string;
  repair: string;
}

const MAX_LINES_SHOWN = 40;
const NEW_MIGRATION = 'npm run migration -- what_changes';

const findings = [
  ...(await migrationFiles()),
  ...(await rowsAndComments()),
  ...(await compareFile(LAYOUT_FILE, await renderMailLayout())),
  ...(await withScratchDatabase(migratedDatabase)),
];
for (const { what, details, repair } of findings) {
  const lines = details.split('\n');
  console.error(`${what}:\n${lines.slice(0, MAX_LINES_SHOWN).join('\n')}`);
  if (lines.length > MAX_LINES_SHOWN) console.error(`... and ${lines.length - MAX_LINES_SHOWN} more lines`);
  console.error(`To fix: ${repair}\n`);
}
if (findings.length === 0) console.log('The schema, migrations, generated files and comments are in sync.');
process.exitCode = findings.length === 0 ? 0 : 1;

async function migrationFiles(): Promise<Finding[]> {
  const digests = await readDigests();
  const finding = (what: string, files: string[], repair: string): Finding[] =>
    files.length === 0 ? [] : [{ what, details: files.join('\n'), repair }];
  return [
    ...finding(
      'Released migrations were edited, so databases can differ',
      changedMigrations(digests),
      'restore them (their digests are in prisma/migrations.sha256) and make the change in a new migration',
    ),
    ...finding('Migrations are not in prisma/migrations.sha256', newMigrations(digests), 'npm run freeze'),
  ];
}

async function rowsAndComments(): Promise<Finding[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tollgate-rows-'));
  try {
    await runGenerators(folder);
    const checks = [ROWS_FILE, COMMENTS_FILE].map(async (file) =>
      compareFile(file, await readFile(path.join(folder, path.basename(file)), 'utf8')),
    );
    return (await Promise.all(checks)).flat();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function migratedDatabase(url: string): Promise<Finding[]> {
  await applyMigrations(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return [
      ...schemaFinding(await diffDatabaseToSchema(url)),
      ...(await compareFile(CATALOGUE_FILE, await renderCatalogue(await readCatalogue(client)))),
      ...commentsFinding(await readComments(client), await readFile(COMMENTS_FILE, 'utf8')),
      ...(await restoredFinding(client)),
    ];
  } finally {
    await client.end();
  }
}

function schemaFinding(sql: string): Finding[] {
  if (sql === '') return [];
  return [
    {
      what: 'The migrations do not produce prisma/schema.prisma; missing statements',
      details: sql,
      repair: NEW_MIGRATION,
    },
  ];
}

async function compareFile(file: string, fresh: string): Promise<Finding[]> {
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === fresh) return [];
  const details = differingLines(committed.split('\n'), fresh.split('\n'));
  return [{ what: `${path.relative(ROOT, file)} is out of date`, details, repair: 'npm run generate' }];
}

function commentsFinding(live: string[], file: string): Finding[] {
  const wanted = file.split('\n').filter((line) => line.startsWith('COMMENT ON'));
  const details = differingLines(live, wanted);
  if (details === '') return [];
  const what = 'The comments in the migrated database differ from the docs in prisma/schema.prisma';
  return [{ what, details, repair: NEW_MIGRATION }];
}

/** Rebuilds the schema from the definitions printed by PostgreSQL and compares it with the original. */
async function restoredFinding(client: pg.Client): Promise<Finding[]> {
  const before = await readCatalogue(client);
  const printed = await printedSchema(client);
  await client.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${printed}`);
  const details = differingLines(before, await readCatalogue(client));
  if (details === '') return [];
  const what = 'A database restored from a dump has a different schema (+)';
  return [
    { what, details, repair: 'write the expression as PostgreSQL prints it after the restore, in a new migration' },
  ];
}

/** Returns the lines that are in only one of the two; their order is ignored. */
function differingLines(old: string[], fresh: string[]): string {
  const [before, after] = [new Set(old), new Set(fresh)];
  const removed = old.filter((line) => !after.has(line)).map((line) => `- ${line}`);
  return [...removed, ...fresh.filter((line) => !before.has(line)).map((line) => `+ ${line}`)].join('\n');
}
