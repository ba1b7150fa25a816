import { cellText, type Column, columnsOf, type Sheet, wirePages } from './sheet.js';

/**
 * Minimum width of a column, in characters. Rows are written as they arrive, so widths cannot be measured in advance.
 */
const WIDTHS: Record<Column['kind'], number> = {
  text: 20,
  amount: 16,
  number: 10,
  boolean: 5,
  timestamp: 24,
  json: 2,
};

/** Generates aligned columns, and the number of rows at the end. */
export async function* textOf(sheet: Sheet): AsyncGenerator<string> {
  const columns = columnsOf(sheet.view);
  let rows = 0;
  yield line(columns, (column) => column.name);
  for await (const page of wirePages(sheet)) {
    rows += page.length;
    yield page.map((row) => line(columns, ({ name }) => printable(cellText(row[name])))).join('');
  }
  yield `\n${rows} ${rows === 1 ? 'row' : 'rows'}\n`;
}

function line(columns: Column[], textOfCell: (column: Column) => string): string {
  return `${columns
    .map((column) => padded(column, textOfCell(column)))
    .join('  ')
    .trimEnd()}\n`;
}

function padded({ name, kind }: Column, text: string): string {
  const width = Math.max(WIDTHS[kind], name.length);
  return kind === 'amount' || kind === 'number' ? text.padStart(width) : text.padEnd(width);
}

/** Replaces control characters, so that a row is one line and cannot contain terminal escape sequences. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, ' ');
