import { writeCsv } from 'hucre/csv';
import { cellText, type Column, columnsOf, type Sheet, wirePages } from './sheet.js';

const EOL = '\r\n';
const SEPARATOR = ',';

/** What Excel needs to open a file by a double click: that it is UTF-8, and which character separates the cells. */
const FOR_EXCEL = `\uFEFFsep=${SEPARATOR}${EOL}`;

/** RFC 4180 with a header line. */
export async function* csvOf(sheet: Sheet, { excel = false } = {}): AsyncGenerator<string> {
  const columns = columnsOf(sheet.view);
  yield (excel ? FOR_EXCEL : '') + lines([columns.map(({ name }) => name)]);
  for await (const page of wirePages(sheet)) {
    if (page.length > 0) yield lines(page.map((row) => columns.map((column) => cell(column, row[column.name]))));
  }
}

const lines = (rows: string[][]): string => writeCsv(rows, { delimiter: SEPARATOR, lineSeparator: EOL }) + EOL;

/** Only texts may hold what somebody else wrote: an amount is a number, and stays one when it is negative. */
function cell({ kind }: Column, value: unknown): string {
  const text = cellText(value);
  return kind === 'text' || kind === 'json' ? withoutFormula(text) : text;
}

/** A cell that begins like this is run by one spreadsheet or another. */
const FORMULA = /^[=+\-@\t\r\n|\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * The same within a text: a spreadsheet that takes another character than the comma for the separator begins a cell
 * there, for quotes inside a cell count for nothing. A plain number is none, so that JSON stays JSON.
 */
const INNER_FORMULA =
  /((?:^|[,;|\t\r\n])(?:"|[^\S\t\r\n])*)(?=[=@\uFF1D\uFF20]|[+\-\uFF0B\uFF0D](?!\d+(?:\.\d+)?(?:[\s,;|"\]}]|$)))/g;

/** A spreadsheet runs a cell that begins like a formula: an apostrophe before it makes it a text again. */
export function withoutFormula(text: string): string {
  const inside = text.replace(INNER_FORMULA, "$1'");
  return FORMULA.test(inside) ? `'${inside}` : inside;
}
