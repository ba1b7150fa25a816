import Table from 'cli-table3';

/** A column of a table: its heading and the member it shows. */
export type Column = readonly [heading: string, member: string];

/** Layout of a table. */
export interface TableLook {
  /** Maximum line length in characters; infinite disables wrapping. */
  width: number;
  is_coloured: boolean;
}

type Cells = readonly string[];

/** Minimum readable width of a wrapped column. */
const COLUMN_MIN = 8;
/** Border and padding of each column. */
const FRAME = 3;
const NUMBER = /^-?\d[\d,]*(\.\d+)?$/;

/**
 * Renders rows under their headings. If the table is too wide, the widest columns are wrapped first; nothing is
 * truncated.
 */
export function tableOf(columns: readonly Column[], rows: readonly object[], look: TableLook): string {
  const head = columns.map(([heading]) => heading);
  const cells = rows.map((row) => columns.map(([, member]) => cellOf((row as Record<string, unknown>)[member])));
  const widths = widthsOf([head, ...cells], look.width);
  const isNumber = (i: number): boolean => cells.every((row) => row[i] === '-' || NUMBER.test(row[i] ?? ''));
  const table = new Table({
    head: head.map((text, i) => wrapped(text, widths[i] ?? COLUMN_MIN)),
    colAligns: columns.map((_, i) => (isNumber(i) ? 'right' : 'left')),
    ...shapeOf(look),
  });
  table.push(...cells.map((row) => row.map((text, i) => wrapped(text, widths[i] ?? COLUMN_MIN))));
  return table.toString();
}

/** Renders the members of one resource, one per line. */
export function membersTable(thing: Record<string, unknown>, look: TableLook): string {
  const cells = Object.entries(thing).map(([member, value]) => [member, cellOf(value)]);
  const widths = widthsOf(cells, look.width);
  const table = new Table(shapeOf(look));
  table.push(...cells.map((row) => row.map((text, i) => wrapped(text, widths[i] ?? COLUMN_MIN))));
  return table.toString();
}

/**
 * Returns column widths for a table of at most `width` characters. The widest columns shrink first, and words are only
 * broken if necessary. With too many columns, the table is as narrow as the minimum widths allow.
 */
export function fittingWidths(natural: readonly number[], words: readonly number[], width: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, each) => sum + each + FRAME, 1) - width;
  for (const least of [words, widths.map(() => COLUMN_MIN)]) {
    while (excess > 0) {
      const slack = widths.map((each, i) => (each > (least[i] ?? 0) ? each : 0));
      const widest = Math.max(...slack);
      if (widest <= COLUMN_MIN) break;
      widths[slack.indexOf(widest)] = widest - 1;
      excess -= 1;
    }
  }
  return widths;
}

/** Returns the length of the longest unbroken text of each column. */
function longest(rows: readonly Cells[], breaks: RegExp): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((text, i) => {
      widths[i] = Math.max(widths[i] ?? 0, ...text.split(breaks).map((part) => part.length));
    });
  }
  return widths;
}

const widthsOf = (rows: readonly Cells[], width: number): number[] =>
  fittingWidths(longest(rows, /\n/), longest(rows, /\s/), width);

function shapeOf({ is_coloured }: TableLook) {
  const colours = is_coloured ? { head: ['cyan'], border: ['grey'] } : { head: [], border: [] };
  return { style: { compact: true, ...colours } };
}

/** Wraps text to lines of at most `width` characters, at spaces if possible. */
function wrapped(text: string, width: number): string {
  const line = new RegExp(`(?=\\S).{1,${width}}(?=\\s|$)|\\S{${width}}`, 'gu');
  return text.replace(/[^\n]+/g, (long) => (long.length <= width ? long : (long.match(line) ?? [long]).join('\n')));
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(cellOf).join('\n');
  return printable(typeof value === 'string' ? shortened(value) : JSON.stringify(value));
}

/** Shortens timestamps to seconds and amounts to their significant decimals; JSON output is complete. */
function shortened(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/.test(text)) return `${text.slice(0, 10)} ${text.slice(11, 19)}Z`;
  return /^-?\d+\.\d{6,}$/.test(text) ? text.replace(/(\.\d\d\d*?)0+$/, '$1') : text;
}

/** Replaces control characters in stored text, which could inject terminal escape sequences. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
