import { DECORATORS } from '@nestjs/swagger';
import { propertiesOf, toWire, type View, type Wire } from '../http/view.js';

/** What a file can be exported as. */
export const EXPORT_FORMATS = ['csv', 'json', 'xlsx', 'txt'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** In which form a table is exported. */
export interface ExportForm {
  readonly format: ExportFormat;
  /** Whether a csv is made for Excel. */
  readonly excel: boolean;
}

/** Rows in the order of the file, some at a time, so that a file of any length needs the memory of one page. */
export type Pages<Row extends object = object> = AsyncIterable<Row[]>;

/** A table to export: the view says what of a row is shown, and names the columns as JSON does. */
export interface Sheet {
  view: View;
  pages: Pages;
}

type ColumnKind = 'text' | 'amount' | 'number' | 'boolean' | 'timestamp' | 'json';

/** A column of an exported table. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** The columns of a view, in the order of the document. */
export function columnsOf(view: View): Column[] {
  return propertiesOf(view).map((name) => ({ name, kind: kindOf(view, name) }));
}

/** Pages of rows as they leave the service: amounts are exact text. */
export async function* wirePages({ view, pages }: Sheet): AsyncGenerator<Wire[]> {
  for await (const page of pages) yield page.map((row) => toWire(view, row));
}

/** The text of a cell; what is absent is empty. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function kindOf(view: View, name: string): ColumnKind {
  const { type, format } = (Reflect.getMetadata(DECORATORS.API_MODEL_PROPERTIES, view.prototype as object, name) ??
    {}) as { type?: unknown; format?: string };
  if (format === 'decimal') return 'amount';
  if (format === 'date-time') return 'timestamp';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  return type === 'object' || (typeof type === 'function' && type !== String) ? 'json' : 'text';
}
