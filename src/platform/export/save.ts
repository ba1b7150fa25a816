import { constants, createWriteStream } from 'node:fs';
import { access, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InvalidInput } from '../errors.js';
import { exportOf } from './export.js';
import type { ExportForm, Sheet } from './sheet.js';

/** A file to write. */
export interface Target {
  readonly path: string;
  /** Whether an existing file is replaced. */
  readonly force: boolean;
}

/**
 * Checks that a file can be written; call it before the work begins.
 * @throws InvalidInput if the folder does not exist, or if the file exists and is not to be replaced
 */
export async function assertWritable({ path, force }: Target): Promise<void> {
  // what cannot be read does not exist for this user
  const folder = await stat(dirname(path)).catch(() => null);
  if (folder?.isDirectory() !== true) throw refused(`there is no folder ${dirname(path)}; create it first`);
  const existing = await stat(path).catch(() => null);
  if (existing?.isDirectory() === true) throw refused(`${path} is a folder`);
  if (existing !== null && !force) throw refused(`${path} already exists; choose another name, or add --force`);
  await access(dirname(path), constants.W_OK).catch(() => {
    throw refused(`you have no permission to write in ${dirname(path)}`);
  });
}

/**
 * Writes bytes to a file, which appears under its name once it is complete.
 * @throws InvalidInput as {@link assertWritable} does
 */
export async function saveStream(open: () => Readable, target: Target): Promise<void> {
  await assertWritable(target);
  const part = `${target.path}.${process.pid}.part`;
  try {
    await pipeline(open(), createWriteStream(part));
    await assertWritable(target); // it can have been created in the meantime
    await rename(part, target.path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/**
 * Writes a table to a file.
 * @param onRows called with the number of rows written so far
 * @returns the number of rows
 */
export async function save(
  sheet: Sheet,
  form: ExportForm,
  target: Target,
  onRows: (rows: number) => void,
): Promise<number> {
  let rows = 0;
  const counted = (async function* () {
    for await (const page of sheet.pages) {
      yield page;
      rows += page.length;
      onRows(rows);
    }
  })();
  await saveStream(() => exportOf({ ...sheet, pages: counted }, form), target);
  return rows;
}

const refused = (message: string): InvalidInput => new InvalidInput([{ field: '--output', message }]);
