import type pg from 'pg';
import { units } from '../../../src/platform/values/amount.js';

export type Json = Record<string, unknown>;

export type Kind =
  | 'deduct'
  | 'settle'
  /** Finished or refusable work of a free model; its amount is the list price. */
  | 'free'
  | 'hold'
  | 'capture'
  | 'release'
  | 'extend'
  | 'grant'
  | 'refund'
  | 'cap'
  | 'reset'
  | 'boost'
  | 'balance'
  | 'grants'
  /** The test moved the end of the period, in SQL, while nothing else was running. */
  | 'move';

/** A caller's request. Amounts in units, instants in milliseconds. */
export interface Order {
  kind: Kind;
  user_id: string;
  amount: number;
  /** Sent over HTTP, with a key or without. */
  path: string;
  body: Json | null;
  key?: string | undefined;
  hold_id?: string | undefined;
  budget_id?: string | undefined;
  /** Whether the request is sent with the API key instead of the admin's token. */
  is_by_key?: boolean | undefined;
  refund_of?: string | undefined;
  source?: string | undefined;
  expires_at?: number | null | undefined;
  cap?: number | null | undefined;
  tier?: string | undefined;
  reset_date?: number | undefined;
}

/** A request with its response; `start` and `end` are measured by the caller. */
export interface Call extends Order {
  request_id: string;
  start: number;
  end: number;
  /** The database's time at the end. */
  answered_at: number;
  status: number;
  /** Whether the response is marked as a replay. */
  hit: boolean;
  answer: Json;
}

/** A stored ledger line. Lines of one save have the same session. */
export interface Line {
  id: string;
  session: string;
  at: number;
  amount: number;
  balance_after: number;
  type: string;
  request_id: string | null;
  hold_id: string | null;
  refund_of: string | null;
  is_opening: boolean;
  is_bookkeeping: boolean;
}

export interface StoredHold {
  id: string;
  status: string;
  captured: number;
  resolved_at: number | null;
}

/** Everything that callers saw of an account, and everything stored about it. */
export interface History {
  user_id: string;
  /** In order of their starts. */
  calls: Call[];
  /** In posting order. */
  lines: Line[];
  line_by_id: Map<string, Line>;
  holds: Map<string, StoredHold>;
  /** Time of each grant, by its line. */
  granted_at: Map<string, number>;
  account: Json;
  /** The stored budgets, oldest first. */
  budgets: Json[];
  /** The database's time of reading. */
  until: number;
  /** The first successful call with each key. */
  makers: Map<string, Call>;
}

export interface Terms {
  credits: number;
  cap: number | null;
  rollover: number;
  renews: boolean;
  /** A day. */
  free_calls: number | null;
}

/** Exact, because the amounts in these tests are far below 2^53 units. */
export function unitsOf(text: unknown): number {
  const value = Number(units(text as string));
  if (!Number.isSafeInteger(value)) throw new RangeError(`${String(text)} is too large for the model`);
  return value;
}

export const instantOf = (text: unknown): number => new Date(text as string).getTime();

/** Digits of an id that tell when it was made, but for the place within its save: milliseconds and their fraction. */
const sessionOf = (id: string): string => id.slice(0, 18);

/** The terms of the plans in the database. */
export async function termsOf(pool: pg.Pool): Promise<Map<string, Terms>> {
  const { rows } = await pool.query<Json>('SELECT * FROM tiers WHERE credits_monthly < 1000');
  return new Map(
    rows.map((row) => [
      row.tier as string,
      {
        credits: unitsOf(row.credits_monthly),
        cap: row.monthly_cap === null ? null : unitsOf(row.monthly_cap),
        rollover: unitsOf(row.rollover_max),
        renews: row.renews as boolean,
        free_calls: row.free_calls_per_day as number | null,
      },
    ]),
  );
}

/**
 * The database's clock at a call that had an effect but booked no line, as far as it is stored: read under the
 * account's lock, so that whatever was saved before is older. Null when nothing tells.
 */
export function clockOf({ kind, answer, hold_id }: Call, { holds }: History): number | null {
  if (kind === 'hold' || kind === 'free') return instantOf(answer.created_at);
  if (kind === 'cap') return instantOf(answer.last_updated);
  return kind === 'extend' ? null : (holds.get(hold_id ?? '')?.resolved_at ?? null);
}

/** Groups the history by account. */
export async function historiesOf(pool: pg.Pool, calls: readonly Call[]): Promise<History[]> {
  const all = async (table: string): Promise<Map<string, Json[]>> => {
    const { rows } = await pool.query<Json>(
      `SELECT * FROM ${table} ORDER BY user_id${table === 'user_credits' ? '' : ', id'}`,
    );
    return Map.groupBy(rows, (row) => row.user_id as string);
  };
  const accounts = await all('user_credits');
  const [lines, holds, grants, budgets] = [
    await all('credit_transactions'),
    await all('credit_holds'),
    await all('credit_grants'),
    await all('budgets'),
  ];
  const byUser = Map.groupBy(calls, (call) => call.user_id);
  return [...new Set([...accounts.keys(), ...byUser.keys()])].map((user_id) => {
    const own = (byUser.get(user_id) ?? []).toSorted((a, b) => a.start - b.start);
    const posted = (lines.get(user_id) ?? []).map(lineOf);
    return {
      user_id,
      calls: own,
      lines: posted,
      line_by_id: new Map(posted.map((line) => [line.id, line])),
      holds: new Map((holds.get(user_id) ?? []).map((row) => [row.id as string, holdOf(row)])),
      granted_at: new Map(
        (grants.get(user_id) ?? []).map((row) => [row.transaction_id as string, instantOf(row.created_at)]),
      ),
      until: Date.now(),
      account: accounts.get(user_id)?.[0] ?? {},
      budgets: budgets.get(user_id) ?? [],
      makers: new Map(
        own.flatMap((call) => (call.key !== undefined && isDone(call) && !call.hit ? [[call.key, call]] : [])),
      ),
    };
  });
}

export const isDone = (call: Call): boolean => call.status < 300;

function lineOf(row: Json): Line {
  return {
    id: row.id as string,
    session: sessionOf(row.id as string),
    at: instantOf(row.created_at),
    amount: unitsOf(row.amount),
    balance_after: unitsOf(row.balance_after),
    type: row.transaction_type as string,
    request_id: row.request_id as string | null,
    hold_id: row.hold_id as string | null,
    refund_of: row.refund_of as string | null,
    is_opening: (row.metadata as Json).reason === 'initial_allocation',
    is_bookkeeping: row.actor === 'tollgate',
  };
}

function holdOf(row: Json): StoredHold {
  return {
    id: row.id as string,
    status: row.status as string,
    captured: unitsOf(row.captured_amount),
    resolved_at: row.resolved_at === null ? null : instantOf(row.resolved_at),
  };
}
