import { EXIT, type ExitCode, failureOf } from './exit-codes.js';
import { type Column, membersTable, type TableLook, tableOf } from './table.js';

/** An output stream of a command. */
export interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  hasColors?: () => boolean;
}

/** Options of a {@link Terminal}. */
export interface TerminalOptions {
  stdout: Stream;
  stderr: Stream;
  /** Whether `--json` was given. */
  is_json: boolean;
  /** Whether tables can exceed the terminal width. */
  is_wide: boolean;
}

export type { Column } from './table.js';

/** Default width if the terminal's is unknown. */
const WIDTH = 100;

/** Output of a command. Only results go to stdout; notes and errors go to stderr. */
export class Terminal {
  /** Exit code of the command. */
  exit_code: ExitCode = EXIT.ok;

  constructor(private readonly options: TerminalOptions) {}

  get isJson(): boolean {
    return this.options.is_json;
  }

  /** Whether progress is shown to a person. */
  get isWatched(): boolean {
    return this.options.stderr.isTTY === true && !this.isJson;
  }

  /** Prints a line of plain text. */
  print(text: string): void {
    this.options.stdout.write(`${text}\n`);
  }

  /** Prints a note on stderr: a JSON object with `--json`, otherwise the sentence. */
  note(sentence: string, members: Record<string, unknown>): void {
    this.options.stderr.write(`${this.isJson ? JSON.stringify(members) : sentence}\n`);
  }

  printJson(value: unknown): void {
    this.print(JSON.stringify(value, null, 2));
  }

  /** Prints the members of one resource, one per line, with a dash for absent values. */
  printMembers(thing: Record<string, unknown>): void {
    this.print(membersTable(thing, this.look()));
  }

  /** Prints a list of resources, one per row, and nothing for an empty list. */
  printRows(columns: readonly Column[], rows: readonly object[]): void {
    if (rows.length > 0) this.print(tableOf(columns, rows, this.look()));
  }

  /** Prints the first rows of a list, and a note with the number of the others, which `--json` calls `member`. */
  printFirstRows(columns: readonly Column[], rows: readonly object[], max: number, member: string): void {
    this.printRows(columns, rows.slice(0, max));
    const rest = rows.length - max;
    if (rest > 0) this.note(`There are ${rest} more; --json shows all.`, { [member]: rest });
  }

  /** Prints an error in one sentence (with `--json`: one object) and sets the exit code. */
  fail(error: unknown): void {
    const { exit_code, code, detail, extra } = failureOf(error);
    this.exit_code = exit_code;
    this.note(`tollgate: ${detail}`, { code, detail, exit_code, ...extra });
    const isOurs = exit_code === EXIT.unexpected && error instanceof Error && error.stack !== undefined;
    if (isOurs && !this.isJson) this.options.stderr.write(`${error.stack ?? ''}\n`);
  }

  /** Colours are used only on a terminal; Node honours NO_COLOR and TERM=dumb. */
  private look(): TableLook {
    const { stdout, is_wide } = this.options;
    const isTerminal = stdout.isTTY === true;
    return {
      width: is_wide ? Number.POSITIVE_INFINITY : ((isTerminal ? stdout.columns : undefined) ?? WIDTH),
      is_coloured: isTerminal && (stdout.hasColors?.() ?? false),
    };
  }
}
