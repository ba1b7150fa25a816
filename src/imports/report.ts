import { amount } from '../platform/values/amount.js';
import { problemOf } from '../platform/http/problems/problem.js';
import type { State, Sums } from './kinds/kind-import.js';
import type { Kind } from './source.js';

/** A note that rows share. */
export interface Oddity {
  rows: number;
  /** The predicate of a sentence whose subject is the row. */
  oddity: string;
  /** One of the rows. */
  example: string;
}

/** A refused row. */
export interface Refused {
  row: string;
  code: string;
  error: string;
}

/** The rows of a kind and their results. */
export interface KindReport {
  kind: Kind;
  rows: number;
  /** Total of balances or costs, credits; null for kinds without amounts. */
  credits: string | null;
  tokens: number | null;
  /** Number of rows by result; omitted by `inspect`. */
  states?: Record<State, number>;
  refused: number;
  oddities: Oddity[];
  /** The first refused rows. */
  errors: Refused[];
  /** The first accepted rows; only included by `plan`. */
  first?: { row: string; state: State; record: object }[];
}

const ERRORS_SHOWN = 100;

/** Counts the rows of one kind and collects their notes and errors. */
export class Tally {
  private rows = 0;
  private refused = 0;
  private credits: bigint | null = null;
  private tokens: number | null = null;
  private readonly oddities = new Map<string, Oddity>();
  private readonly errors: Refused[] = [];
  private readonly states: Record<State, number> = { new: 0, added: 0, known: 0, kept: 0 };
  private readonly first: { row: string; state: State; record: object }[] = [];

  constructor(
    private readonly kind: Kind,
    private readonly first_rows: number,
  ) {}

  /** Counts a valid row. */
  add(row: string, { credits, tokens }: Sums, oddities: readonly string[]): void {
    this.rows += 1;
    if (credits !== undefined) this.credits = (this.credits ?? 0n) + credits;
    if (tokens !== undefined) this.tokens = (this.tokens ?? 0) + tokens;
    for (const oddity of oddities) this.note(row, oddity);
  }

  /** Records the result of a valid row. */
  end(row: string, end: State | Error, record: object): void {
    if (end instanceof Error) {
      this.fail(row, end);
      return;
    }
    this.states[end] += 1;
    if (this.first.length < this.first_rows) this.first.push({ row, state: end, record });
  }

  /** Counts an invalid row. */
  refuse(row: string, error: Error, oddities: readonly string[]): void {
    this.rows += 1;
    for (const oddity of oddities) this.note(row, oddity);
    this.fail(row, error);
  }

  report(has_states: boolean): KindReport {
    return {
      kind: this.kind,
      rows: this.rows,
      tokens: this.tokens,
      credits: this.credits === null ? null : amount(this.credits),
      ...(has_states && { states: this.states }),
      refused: this.refused,
      oddities: [...this.oddities.values()].toSorted((a, b) => b.rows - a.rows),
      errors: this.errors,
      ...(this.first_rows > 0 && { first: this.first }),
    };
  }

  private note(row: string, oddity: string): void {
    const known = this.oddities.get(oddity);
    if (known) known.rows += 1;
    else this.oddities.set(oddity, { rows: 1, oddity, example: row });
  }

  private fail(row: string, error: Error): void {
    this.refused += 1;
    if (this.errors.length >= ERRORS_SHOWN) return;
    const { code, detail } = problemOf(error);
    this.errors.push({ row, code, error: detail });
  }
}
