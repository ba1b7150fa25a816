import type { ReadableStream } from 'node:stream/web';
import { type ColumnDef, writeXlsxStream } from 'hucre/xlsx';
import { cellText, type Column, columnsOf, type Sheet, wirePages } from './sheet.js';

const NUMBER_FORMATS: Partial<Record<Column['kind'], string>> = {
  amount: '0.000000####',
  timestamp: 'yyyy-mm-dd hh:mm:ss.000',
};
const WIDTHS: Record<Column['kind'], number> = {
  text: 24,
  amount: 16,
  number: 12,
  boolean: 8,
  timestamp: 24,
  json: 24,
};

const SIGNIFICANT_DIGITS = 15;

/**
 * Generates a workbook; rows beyond the limit of a sheet go to the next one. Amounts are numbers, so that a spreadsheet
 * can add them up, unless they have more digits than it supports.
 */
export function xlsxOf(sheet: Sheet): ReadableStream<Uint8Array> {
  const columns = columnsOf(sheet.view);
  return writeXlsxStream(rowsOf(sheet, columns), {
    name: 'export',
    columns: columns.map(definitionOf),
    freezePane: { rows: 1 },
  });
}

async function* rowsOf(sheet: Sheet, columns: Column[]): AsyncGenerator<Cell[]> {
  for await (const page of wirePages(sheet)) {
    for (const row of page) yield columns.map((column) => cell(column, row[column.name]));
  }
}

type Cell = string | number | boolean | Date | null;

/** Creates a cell. Text cells are never run as formulas. */
function cell({ kind }: Column, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (kind === 'amount') return numberOrText(value as string);
  if (kind === 'timestamp') return new Date(value as string);
  if (kind === 'number' || kind === 'boolean') return value as number | boolean;
  return storable(cellText(value));
}

/** Spreadsheets support 15 significant digits; an amount with more is written as text to stay exact. */
function numberOrText(value: string): number | string {
  const digits = value.replace(/[-.]/g, '').replace(/^0+/, '');
  const significant = value.includes('.') ? digits.replace(/0+$/, '') : digits;
  return significant.length <= SIGNIFICANT_DIGITS ? Number(value) : value;
}

/**
 * Replaces characters that XML cannot represent, and escapes text that looks like the workbook format's own escapes.
 */
const storable = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '?').replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_');

function definitionOf({ name, kind }: Column): ColumnDef {
  const numFmt = NUMBER_FORMATS[kind];
  return { header: name, width: WIDTHS[kind], ...(numFmt === undefined ? {} : { numFmt }) };
}
