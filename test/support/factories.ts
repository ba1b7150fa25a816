import { expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { PostingEngine } from '../../src/credits/posting/posting.engine.js';
import { HourlyRollup } from '../../src/metering/hourly/hourly-rollup.js';
import { Rollup } from '../../src/metering/rollup.js';
import { systemActor } from '../../src/platform/actor.js';
import { amount, units } from '../../src/platform/values/amount.js';
import { startApp, type Answer, type TestApp, type TestAppOptions } from './app.js';

/** An answer whose body the test knows to be an object; amounts in it are text. */
export type Json = Record<string, unknown> & { code?: string };
export type JsonAnswer = Answer & { body: Json };
export type ListAnswer = Answer & { body: Json[] };

export interface PostOptions {
  key?: string;
  token?: string;
}

/** A usage event as a test wants it; what is left out is plain. `provider_cost` and `total_cost` are the same then. */
export interface EventSeed {
  service?: string;
  model?: string | null;
  tokens_used?: number;
  input_tokens?: number;
  output_tokens?: number;
  total_cost?: string;
  is_free_tier?: boolean;
  succeeded?: boolean;
  session_id?: string | null;
  duration_seconds?: string | null;
  source?: string;
  request_id?: string;
  /** When the work was done; now when left out. */
  occurred_at?: string | Date;
}

const PLAIN_EVENT = {
  service: 'openrouter',
  model: 'openai/gpt-4o-mini',
  tokens_used: 0,
  input_tokens: 0,
  output_tokens: 0,
  total_cost: '0',
  is_free_tier: false,
  succeeded: true,
  session_id: null,
  duration_seconds: null,
  source: 'api',
};

/** Records usage events by SQL, in one transaction and without charging. */
export async function recordEvents(db: Pick<pg.Pool, 'query'>, user_id: string, seeds: EventSeed[]): Promise<void> {
  const rows = seeds.map((seed) => ({ request_id: randomUUID(), occurred_at: new Date(), ...PLAIN_EVENT, ...seed }));
  await db.query(
    `INSERT INTO usage_events (user_id, service, model, tokens_used, input_tokens, output_tokens, provider_cost,
       total_cost, is_free_tier, succeeded, session_id, duration_seconds, source, request_id, occurred_at)
     SELECT $1, service, model, GREATEST(tokens_used, input_tokens + output_tokens), input_tokens, output_tokens, total_cost,
       total_cost, is_free_tier, succeeded, session_id, duration_seconds, source, request_id, occurred_at
     FROM jsonb_to_recordset($2::jsonb) AS e (service text, model text, tokens_used int, input_tokens int,
       output_tokens int, total_cost numeric, is_free_tier boolean, succeeded boolean, session_id text,
       duration_seconds numeric, source text, request_id text, occurred_at timestamptz)`,
    [user_id, JSON.stringify(rows)],
  );
}

/** A UUID that nothing has. */
export const UNKNOWN_ID = '0198c0de-0000-7000-8000-000000000000';

const TRIAL = units('5');

/** The application on its own database, with tokens and account factories. */
export class TestEnv {
  private readonly others: TestApp[] = [];

  private constructor(
    readonly t: TestApp,
    readonly pool: pg.Pool,
    readonly admin: string,
    readonly service: string,
  ) {}

  static async start(options: TestAppOptions = {}): Promise<TestEnv> {
    const t = await startApp(options);
    if (!t.pool) throw new Error('a test environment needs its own database');
    return new TestEnv(t, t.pool, await t.tokenFor('an-admin', 'admin'), await t.tokenFor('a-service', 'service'));
  }

  /** Starts another service on the same database; it is closed with the environment at the latest. */
  async another(env: NodeJS.ProcessEnv = {}): Promise<TestApp> {
    const other = await startApp({ database_url: this.t.database_url, env });
    this.others.push(other);
    return other;
  }

  async close(): Promise<void> {
    for (const other of this.others) await other.close();
    await this.t.close();
  }

  as(user_id: string): Promise<string> {
    return this.t.tokenFor(user_id, 'user');
  }

  /** POSTs as an admin by default. */
  async post(path: string, body: object, { key, token = this.admin }: PostOptions = {}): Promise<JsonAnswer> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    return (await this.t.call(path, { method: 'POST', token, body, headers })) as JsonAnswer;
  }

  /** POSTs and insists on success. */
  async done(path: string, body: object, options: PostOptions = {}): Promise<Json> {
    const answer = await this.post(path, body, options);
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  async get(path: string, query: Record<string, string> = {}, token = this.admin): Promise<JsonAnswer> {
    return (await this.t.call(path, { token, query })) as JsonAnswer;
  }

  async list(path: string, query: Record<string, string> = {}, token = this.admin): Promise<ListAnswer> {
    return (await this.t.call(path, { token, query })) as ListAnswer;
  }

  /** Creates the account of a user, as the platform does at registration. */
  async open(user_id: string): Promise<string> {
    await this.done('provisioning/register', { user_id });
    return user_id;
  }

  /** A user with exactly `credits`: those of the plan and the rest as a bonus, or less after a charge. */
  async user(credits = '5', tier = 'trial'): Promise<string> {
    const user_id = `user-${randomUUID()}`;
    await this.open(user_id);
    const given = tier === 'trial' ? TRIAL : units((await this.switch(user_id, tier)).balance as string);
    const surplus = units(credits) - given;
    if (surplus > 0n) await this.bonus(user_id, amount(surplus));
    if (surplus < 0n) await this.deduct(user_id, amount(-surplus));
    return user_id;
  }

  /** A user of a tier, with nothing but its plan credits. */
  async userOf(tier: string): Promise<string> {
    const user_id = await this.user('5');
    await this.switch(user_id, tier);
    return user_id;
  }

  bonus(user_id: string, credits: string, more: object = {}): Promise<Json> {
    return this.done('credits/bonus', { user_id, amount: credits, reason: 'a test', ...more });
  }

  deduct(user_id: string, credits: string, more: object = {}): Promise<Json> {
    return this.done('credits/deduct', { user_id, amount: credits, service: 'tts', ...more });
  }

  /** Creates a hold. @returns its id */
  async hold(user_id: string, credits: string, more: object = {}): Promise<string> {
    const hold = await this.done('credits/holds', { user_id, amount: credits, service: 'tts', ...more });
    return hold.id as string;
  }

  /** Ends or changes a hold as the service that made it; `how` is capture, release or extend. */
  resolve(id: string, how: string, body: object = {}, key?: string): Promise<JsonAnswer> {
    return this.post(`credits/holds/${id}/${how}`, body, { token: this.service, ...(key !== undefined && { key }) });
  }

  /** Settles finished work, as the ingest path does. */
  settle(user_id: string, credits: string): Promise<unknown> {
    const details = { service: 'litellm', description: 'finished work' };
    const charge = { user_id, amount: units(credits), details, key: undefined };
    return this.t.app.get(PostingEngine).settle(systemActor('a-test'), charge);
  }

  /** Records usage events of a user, without charging. */
  events(user_id: string, ...seeds: EventSeed[]): Promise<void> {
    return recordEvents(this.pool, user_id, seeds);
  }

  /** Rolls up all events that can be rolled up now, as the worker does. */
  rollUp(): Promise<void> {
    return this.t.app.get(Rollup).catchUp({ signal: new AbortController().signal, log: new Logger('a-test') });
  }

  /** Rolls up what can be rolled up by hour now: the ledger as far as an earlier run noted. */
  rollUpHours(): Promise<void> {
    return this.t.app.get(HourlyRollup).catchUp({ signal: new AbortController().signal });
  }

  /** Switches an account to a tier immediately, as an admin. */
  switch(user_id: string, new_tier: string): Promise<Json> {
    return this.done('credits/tiers/switch', { user_id, new_tier });
  }

  async balance(user_id: string): Promise<Json> {
    return (await this.get('credits/balance', { user_id })).body;
  }

  async grants(user_id: string): Promise<Json[]> {
    return (await this.list('credits/grants', { user_id })).body;
  }

  /** Returns the stored ledger lines in posting order. */
  async ledger(user_id: string): Promise<Json[]> {
    return this.sql('SELECT * FROM credit_transactions WHERE user_id = $1 ORDER BY id', [user_id]);
  }

  async audit(user_id: string, action: string): Promise<Json[]> {
    return this.sql('SELECT * FROM audit_logs WHERE user_id = $1 AND action = $2', [user_id, action]);
  }

  async sql(text: string, values: unknown[] = []): Promise<Json[]> {
    return (await this.pool.query<Json>(text, values)).rows;
  }

  /** Shifts all timestamps of an account back by `days`, for example past the end of its period. */
  async age(user_id: string, days: number): Promise<void> {
    const shift = (columns: string[]): string =>
      columns.map((column) => `${column} = ${column} - $2 * interval '1 day'`).join(', ');
    await this.sql(`UPDATE user_credits SET ${shift(['reset_date', 'due_at'])} WHERE user_id = $1`, [user_id, days]);
    const grants = `UPDATE credit_grants SET ${shift(['effective_at', 'expires_at', 'created_at'])} WHERE user_id = $1`;
    await this.sql(grants, [user_id, days]);
    await this.sql(`UPDATE credit_holds SET ${shift(['expires_at'])} WHERE user_id = $1 AND status = 'active'`, [
      user_id,
      days,
    ]);
  }

  /** Checks the invariants of an account. */
  async verify(user_id: string): Promise<void> {
    const lines = await this.ledger(user_id);
    let sum = 0n;
    for (const line of lines) {
      sum += units(line.amount as string);
      expect(units(line.balance_after as string)).toBe(sum);
    }
    const grants = await this.grants(user_id);
    const { balance, held, debt } = await this.balance(user_id);
    expect(units(balance as string) - units(debt as string)).toBe(sum);
    expect(grants.reduce((total, grant) => total + units(grant.remaining as string), 0n)).toBe(
      units(balance as string),
    );
    const [holds] = await this.sql(
      `SELECT coalesce(sum(amount), 0)::text AS held FROM credit_holds WHERE user_id = $1 AND status = 'active'`,
      [user_id],
    );
    expect(units(held as string)).toBe(units(holds?.held as string));
  }
}

/** Starts `count` calls concurrently. */
export function concurrently<T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(index)));
}

/** Counts responses by status. */
export function statuses(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
