import { DECORATORS } from '@nestjs/swagger';
import { propertiesOf, toWire, type View, type Wire } from '../http/view.js';

/** File formats of exports. */
export const EXPORT_FORMATS = ['csv', 'json', 'xlsx', 'txt'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Format of an exported table. */
export interface ExportForm {
  readonly format: ExportFormat;
  /** Whether CSV is formatted for Excel. */
  readonly excel: boolean;
}

/** Rows in file order, page by page, so that a file of any length needs the memory of one page. */
export type Pages<Row extends object = object> = AsyncIterable<Row[]>;

/** A table to export. The view defines the columns and their names, as in JSON. */
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

/** Returns the columns of a view, in document order. */
export function columnsOf(view: View): Column[] {
  return propertiesOf(view).map((name) => ({ name, kind: kindOf(view, name) }));
}

/** Serialises pages of rows; amounts are exact text. */
export async function* wirePages({ view, pages }: Sheet): AsyncGenerator<Wire[]> {
  for await (const page of pages) yield page.map((row) => toWire(view, row));
}

/** Returns the text of a cell; empty for an absent value. */
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
