import Table from 'cli-table3';
import { EXIT, type ExitCode, failureOf } from './exit-codes.js';

/** Where a command writes. */
export interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  hasColors?: () => boolean;
}

/** What a {@link Terminal} is made of. */
export interface TerminalOptions {
  stdout: Stream;
  stderr: Stream;
  /** Whether `--json` was asked for. */
  is_json: boolean;
}

/** One column of a table: its heading and the member that it shows. */
export type Column = readonly [heading: string, member: string];

/** Results go to stdout and nothing else does; what a person or a script should know besides goes to stderr. */
export class Terminal {
  /** Exit code of the command; the worst thing that happened. */
  exit_code: ExitCode = EXIT.ok;

  constructor(private readonly options: TerminalOptions) {}

  get isJson(): boolean {
    return this.options.is_json;
  }

  /** Whether somebody watches the progress. */
  get isWatched(): boolean {
    return this.options.stderr.isTTY === true && !this.isJson;
  }

  /** Plain text, a line. */
  print(text: string): void {
    this.options.stdout.write(`${text}\n`);
  }

  /** A line beside the result. Scripts get a JSON object, people the sentence. */
  note(sentence: string, members: Record<string, unknown>): void {
    this.options.stderr.write(`${this.isJson ? JSON.stringify(members) : sentence}\n`);
  }

  printJson(value: unknown): void {
    this.print(JSON.stringify(value, null, 2));
  }

  /** Members of one thing, one a line; absent ones show a dash. */
  printMembers(thing: Record<string, unknown>): void {
    const table = new Table(this.style());
    for (const [member, value] of Object.entries(thing)) table.push([member, cell(value)]);
    this.print(table.toString());
  }

  /** Things of one kind, one a row. */
  printRows(columns: readonly Column[], rows: readonly Record<string, unknown>[]): void {
    const table = new Table({ head: columns.map(([heading]) => heading), ...this.style() });
    for (const row of rows) table.push(columns.map(([, member]) => cell(row[member])));
    this.print(table.toString());
  }

  /** Says in one sentence (with `--json`: one object) what went wrong, and settles the exit code. */
  fail(error: unknown): void {
    const { exit_code, code, detail, extra } = failureOf(error);
    this.exit_code = exit_code;
    this.note(`tollgate: ${detail}`, { code, detail, exit_code, ...extra });
    const isOurs = exit_code === EXIT.unexpected && error instanceof Error && error.stack !== undefined;
    if (isOurs && !this.isJson) this.options.stderr.write(`${error.stack ?? ''}\n`);
  }

  /** Colours only for people who can see them; NO_COLOR and TERM=dumb are honoured by Node. */
  private style(): { style: { head: string[]; border: string[]; compact: boolean } } {
    const { stdout } = this.options;
    const isColoured = stdout.isTTY === true && (stdout.hasColors?.() ?? false);
    return {
      style: { compact: true, ...(isColoured ? { head: ['cyan'], border: ['grey'] } : { head: [], border: [] }) },
    };
  }
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(cell).join('\n');
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Stored text is other people's: what would steer the terminal is shown as a question mark. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
