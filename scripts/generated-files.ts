// The files that `npm run generate` writes and `npm run drift` compares.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';

export const ROOT = path.resolve(import.meta.dirname, '..');
export const CATALOGUE_FILE = path.join(ROOT, 'src/generated/catalogue.ts');
export const ROWS_FILE = path.join(ROOT, 'src/generated/rows.ts');
export const COMMENTS_FILE = path.join(ROOT, 'prisma/comments.sql');

/** Runs Prisma's generators; with `rowsTo`, only our generator, with that output folder. */
export async function runGenerators(rowsTo?: string, schema = path.join(ROOT, 'prisma/schema.prisma')): Promise<void> {
  const prisma = path.join(ROOT, 'node_modules/prisma/build/index.js');
  const args = ['generate', '--no-hints', '--schema', schema, ...(rowsTo === undefined ? [] : ['--generator', 'rows'])];
  // Prisma starts our generator through the PATH, which must lead to the Node that runs this
  const pathVariable = `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, PATH: pathVariable, ...(rowsTo === undefined ? {} : { GENERATE_ROWS_TO: rowsTo }) };
  await promisify(execFile)(process.execPath, [prisma, ...args], { cwd: ROOT, env });
}

/** Returns the columns that the schema ignores: this release works without them, and the next one drops them. */
async function leavingColumns(): Promise<string[]> {
  const schema = await readFile(path.join(ROOT, 'prisma/schema.prisma'), 'utf8');
  return [...schema.matchAll(/^model (\w+) \{(.*?)^\}/gms)].flatMap(([, model = '', body = '']) =>
    [...body.matchAll(/^ +(\w+) .*@ignore\b/gm)].map(([, field = '']) => `column ${model}.${field}:`),
  );
}

/** Generates src/generated/catalogue.ts. */
export async function renderCatalogue(lines: readonly string[]): Promise<string> {
  const leaving = await leavingColumns();
  const isLeaving = (line: string): boolean => leaving.some((column) => line.startsWith(column));
  const source = [
    '// Generated from the migrations by `npm run generate`. Do not edit.',
    '',
    '/** The objects of a freshly migrated database; see src/platform/schema/catalogue.ts. */',
    'export const CATALOGUE: readonly string[] = [',
    ...lines.map((line) => `${JSON.stringify(isLeaving(line) ? line.replace(/^column/, 'leaving') : line)},`),
    '];',
    '',
  ].join('\n');
  return format(source, { ...(await resolveConfig(CATALOGUE_FILE)), parser: 'typescript' });
}
