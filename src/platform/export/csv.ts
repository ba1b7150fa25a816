import { writeCsv } from 'hucre/csv';
import { cellText, type Column, columnsOf, type Sheet, wirePages } from './sheet.js';

const EOL = '\r\n';

/** RFC 4180 with a header line. */
export async function* csvOf(sheet: Sheet): AsyncGenerator<string> {
  const columns = columnsOf(sheet.view);
  yield lines([columns.map(({ name }) => name)]);
  for await (const page of wirePages(sheet)) {
    if (page.length > 0) yield lines(page.map((row) => columns.map((column) => cell(column, row[column.name]))));
  }
}

const lines = (rows: string[][]): string => writeCsv(rows, { lineSeparator: EOL }) + EOL;

/** Only texts may hold what somebody else wrote: an amount is a number, and stays one when it is negative. */
function cell({ kind }: Column, value: unknown): string {
  const text = cellText(value);
  return kind === 'text' || kind === 'json' ? withoutFormula(text) : text;
}

/** A spreadsheet runs a cell that begins like a formula: an apostrophe before it makes it a text again. */
export function withoutFormula(text: string): string {
  return /^[=+\-@\t\r\n|\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text;
}
