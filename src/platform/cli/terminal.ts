import { EXIT, type ExitCode, failureOf } from './exit-codes.js';
import { type Column, membersTable, type TableLook, tableOf } from './table.js';

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
  /** Whether tables may be as wide as they are. */
  is_wide: boolean;
}

export type { Column } from './table.js';

/** Where nobody says how wide the terminal is. */
const WIDTH = 100;

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
    this.print(membersTable(thing, this.look()));
  }

  /** Things of one kind, one a row. */
  printRows(columns: readonly Column[], rows: readonly Record<string, unknown>[]): void {
    this.print(tableOf(columns, rows, this.look()));
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
  private look(): TableLook {
    const { stdout, is_wide } = this.options;
    const isTerminal = stdout.isTTY === true;
    return {
      width: is_wide ? Number.POSITIVE_INFINITY : ((isTerminal ? stdout.columns : undefined) ?? WIDTH),
      is_coloured: isTerminal && (stdout.hasColors?.() ?? false),
    };
  }
}
