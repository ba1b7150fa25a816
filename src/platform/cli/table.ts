import Table from 'cli-table3';

/** One column of a table: its heading and the member that it shows. */
export type Column = readonly [heading: string, member: string];

/** How a table looks. */
export interface TableLook {
  /** Most characters in a line; infinite where nothing is to be wrapped. */
  width: number;
  is_coloured: boolean;
}

type Cells = readonly string[];

/** A column that is wrapped below this can not be read any more. */
const COLUMN_MIN = 8;
/** The line and the two blanks that each column has. */
const FRAME = 3;
const NUMBER = /^-?\d[\d,]*(\.\d+)?$/;

/** Rows under their headings. What does not fit is wrapped within its column, the widest ones first; nothing is cut. */
export function tableOf(columns: readonly Column[], rows: readonly Record<string, unknown>[], look: TableLook): string {
  const head = columns.map(([heading]) => heading);
  const cells = rows.map((row) => columns.map(([, member]) => cellOf(row[member])));
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

/** Members of one thing, one a line. */
export function membersTable(thing: Record<string, unknown>, look: TableLook): string {
  const cells = Object.entries(thing).map(([member, value]) => [member, cellOf(value)]);
  const widths = widthsOf(cells, look.width);
  const table = new Table(shapeOf(look));
  table.push(...cells.map((row) => row.map((text, i) => wrapped(text, widths[i] ?? COLUMN_MIN))));
  return table.toString();
}

/**
 * The widths with which a table is no wider than `width`: the widest columns give way first, and no word is broken unless
 * it must be. Where there are too many columns for that, the table is as narrow as it may be.
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

/** The longest text of each column, between breaks. */
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

/** Lines of at most so many characters, broken at blanks where there are some. */
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

/** Instants to the second, amounts without the zeros at their end: the JSON has them whole. */
function shortened(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/.test(text)) return `${text.slice(0, 10)} ${text.slice(11, 19)}Z`;
  return /^-?\d+\.\d{6,}$/.test(text) ? text.replace(/(\.\d\d\d*?)0+$/, '$1') : text;
}

/** Stored text is other people's: what would steer the terminal is shown as a question mark. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
