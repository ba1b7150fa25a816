import { writeCsv } from 'hucre/csv';
import { cellText, type Column, columnsOf, type Sheet, wirePages } from './sheet.js';

const EOL = '\r\n';
const SEPARATOR = ',';

/** Header that lets Excel open the file by double click: the UTF-8 byte order mark and the separator. */
const FOR_EXCEL = `\uFEFFsep=${SEPARATOR}${EOL}`;

/** Generates CSV (RFC 4180) with a header line. */
export async function* csvOf(sheet: Sheet, { excel = false } = {}): AsyncGenerator<string> {
  const columns = columnsOf(sheet.view);
  yield (excel ? FOR_EXCEL : '') + lines([columns.map(({ name }) => name)]);
  for await (const page of wirePages(sheet)) {
    if (page.length > 0) yield lines(page.map((row) => columns.map((column) => cell(column, row[column.name]))));
  }
}

const lines = (rows: string[][]): string => writeCsv(rows, { delimiter: SEPARATOR, lineSeparator: EOL }) + EOL;

/** Formats a cell. Only text can contain user input; amounts are numbers, even if negative. */
function cell({ kind }: Column, value: unknown): string {
  const text = cellText(value);
  return kind === 'text' || kind === 'json' ? withoutFormula(text) : text;
}

/** Beginnings of cells that spreadsheets run as a formula. */
const FORMULA = /^[=+\-@\t\r\n|\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * The same inside a text: a spreadsheet with another separator than the comma starts a new cell there, because quotes
 * inside a cell are ignored. Plain numbers are allowed, so that JSON stays unchanged.
 */
const INNER_FORMULA =
  /((?:^|[,;|\t\r\n])(?:"|[^\S\t\r\n])*)(?=[=@\uFF1D\uFF20]|[+\-\uFF0B\uFF0D](?!\d+(?:\.\d+)?(?:[\s,;|"\]}]|$)))/g;

/** Puts an apostrophe before anything that a spreadsheet would run as a formula. */
export function withoutFormula(text: string): string {
  const inside = text.replace(INNER_FORMULA, "$1'");
  return FORMULA.test(inside) ? `'${inside}` : inside;
}
