import { parse } from 'csv-parse/sync';
import { InvalidInput } from '../../platform/errors.js';
import { parseJson } from '../../platform/values/json-numbers.js';

/** Most lines of a file. */
export const LINES_MAX = 50_000;

/** Columns of a file, in the order of the documentation. */
export const COLUMNS = ['user_id', 'amount', 'reason', 'source', 'expires_at'] as const;
const REQUIRED = ['user_id', 'amount', 'reason'] as const;

/** A line of a file: its number, and its fields or why it has none. */
export interface FileLine {
  line: number;
  given: Record<string, unknown> | Error;
}

interface CsvLine {
  record: string[];
  info: { lines: number };
}

/**
 * Returns the lines of a file of credits: CSV with a header, or JSON lines if the first character is a brace. Empty cells are
 * left out.
 * @throws InvalidInput when it is neither, has no lines, too many, or an unknown column
 */
export function linesOf(text: string): FileLine[] {
  const lines = /^\uFEFF?\s*\{/.test(text) ? jsonLines(text) : csvLines(text);
  if (lines.length === 0) throw unusable('has no lines');
  if (lines.length > LINES_MAX) throw unusable(`has ${lines.length} lines; ${LINES_MAX} are possible. Split it`);
  return lines;
}

function jsonLines(text: string): FileLine[] {
  const lines = text.split('\n').map((json, n) => ({ line: n + 1, json: json.trim() }));
  return lines.filter(({ json }) => json !== '').map(({ line, json }) => ({ line, given: jsonLine(json) }));
}

function jsonLine(json: string): FileLine['given'] {
  try {
    const value = parseJson(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return new Error('The line must be a JSON object.');
  } catch {
    return new Error('The line is not valid JSON.');
  }
}

function csvLines(text: string): FileLine[] {
  const [header, ...rows] = csvRecords(text);
  const columns = header?.record.map((name) => name.trim().toLowerCase()) ?? [];
  assertColumns(columns);
  return rows.map(({ record, info: { lines: line } }) => {
    if (record.length !== columns.length) {
      const found = `The line has ${record.length} fields, the header has ${columns.length}`;
      return { line, given: new Error(`${found}. Text with a comma must be in double quotes.`) };
    }
    const cells = columns.map((name, n) => [name, record[n]?.trim() ?? '']);
    return { line, given: Object.fromEntries(cells.filter(([, cell]) => cell !== '')) as Record<string, unknown> };
  });
}

function csvRecords(text: string): CsvLine[] {
  const [first = ''] = text.split('\n', 1);
  // spreadsheets write semicolons where the comma separates decimals
  const delimiter = first.includes(';') && !first.includes(',') ? ';' : ',';
  try {
    const options = { bom: true, info: true, delimiter, relax_column_count: true, skip_empty_lines: true } as const;
    return parse(text, options) as unknown as CsvLine[];
  } catch (error) {
    throw unusable(`cannot be read as CSV: ${(error as Error).message}`);
  }
}

function assertColumns(columns: string[]): void {
  const known: readonly string[] = COLUMNS;
  const unknown = columns.filter((name, n) => !known.includes(name) || columns.indexOf(name) !== n);
  const missing = REQUIRED.filter((name) => !columns.includes(name));
  if (unknown.length === 0 && missing.length === 0) return;
  const found = unknown.length > 0 ? `has columns that are not known or repeated (${unknown.join(', ')})` : '';
  const lacks = missing.length > 0 ? `lacks the columns ${missing.join(', ')}` : '';
  const words = [found, lacks].filter((part) => part !== '').join(' and ');
  throw unusable(`${words}. The first line must name the columns; possible are ${COLUMNS.join(', ')}`);
}

const unusable = (message: string): InvalidInput => new InvalidInput([{ field: 'file', message: `${message}.` }]);
