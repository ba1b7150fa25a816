import { Readable } from 'node:stream';
import { csvOf } from './csv.js';
import { jsonOf } from './json.js';
import type { ExportForm, ExportFormat, Sheet } from './sheet.js';
import { textOf } from './text.js';
import { xlsxOf } from './xlsx.js';

/** Media types of the formats. */
export const MEDIA_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  txt: 'text/plain; charset=utf-8',
};

/**
 * Returns a table as a file stream. Pages are requested as the reader consumes the bytes; destroying the stream ends
 * them.
 */
export function exportOf(sheet: Sheet, { format, excel }: ExportForm): Readable {
  if (format === 'xlsx') return Readable.fromWeb(xlsxOf(sheet));
  const text = { csv: csvOf, json: jsonOf, txt: textOf }[format];
  return Readable.from(text(sheet, { excel }), { objectMode: false });
}
