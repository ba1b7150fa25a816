import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { exportOf } from './export.js';
import type { ExportFormat, Sheet } from './sheet.js';

/**
 * Writes a table to a file, which appears under its name when it is whole.
 * @param onRows told how many rows are written so far
 * @returns how many rows there were
 */
export async function save(
  sheet: Sheet,
  format: ExportFormat,
  path: string,
  onRows: (rows: number) => void,
): Promise<number> {
  const part = `${path}.part`;
  let rows = 0;
  const counted = (async function* () {
    for await (const page of sheet.pages) {
      yield page;
      rows += page.length;
      onRows(rows);
    }
  })();
  try {
    await pipeline(exportOf({ ...sheet, pages: counted }, format), createWriteStream(part));
    await rename(part, path);
    return rows;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
