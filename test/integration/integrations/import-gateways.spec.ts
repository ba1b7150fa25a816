import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cliOn, type CliRun } from '../../support/cli.js';
import { TestEnv } from '../../support/factories.js';
import { type SourceDatabase, sourceDatabase } from '../../support/ops-center.js';

interface Report {
  kind: string;
  credits: string;
  refused: number;
  states: Record<string, number>;
  oddities: { rows: number; oddity: string }[];
  errors: { row: string; error: string }[];
}
interface ImportOutput {
  credits_per_usd: string;
  version: string;
  left_out: { what: string; rows: number; why: string }[];
  reports: Report[];
  differences: object[];
}

const LITELLM = `
  CREATE TABLE "LiteLLM_UserTable" (user_id text PRIMARY KEY, user_email text, max_budget double precision,
    spend double precision NOT NULL DEFAULT 0, created_at timestamp(3) DEFAULT now());
  CREATE TABLE "LiteLLM_BudgetTable" (budget_id text PRIMARY KEY, max_budget double precision);
  CREATE TABLE "LiteLLM_EndUserTable" (user_id text PRIMARY KEY, spend double precision NOT NULL DEFAULT 0, budget_id text,
    blocked boolean NOT NULL DEFAULT false);
  CREATE TABLE "LiteLLM_TeamTable" (team_id text PRIMARY KEY, spend double precision);
  CREATE TABLE "LiteLLM_VerificationToken" (token text PRIMARY KEY);
  CREATE TABLE "LiteLLM_ProxyModelTable" (model_id text PRIMARY KEY, model_name text NOT NULL, litellm_params jsonb NOT NULL, model_info jsonb);
  CREATE TABLE "LiteLLM_SpendLogs" (request_id text PRIMARY KEY, call_type text NOT NULL, api_key text NOT NULL DEFAULT '',
    spend double precision NOT NULL DEFAULT 0, total_tokens integer NOT NULL DEFAULT 0, prompt_tokens integer NOT NULL DEFAULT 0,
    completion_tokens integer NOT NULL DEFAULT 0, "startTime" timestamp(3) NOT NULL, "endTime" timestamp(3) NOT NULL,
    model text NOT NULL DEFAULT '', custom_llm_provider text DEFAULT '', "user" text DEFAULT '', team_id text, end_user text,
    session_id text, status text, messages jsonb DEFAULT '{}');
  INSERT INTO "LiteLLM_UserTable" (user_id, max_budget, spend) VALUES ('ann', 10, 0.30000000000000004), ('bob', NULL, 3),
    ('carl', 1, 1.5), ('default_user_id', NULL, 99);
  INSERT INTO "LiteLLM_BudgetTable" VALUES ('b', 7.5);
  INSERT INTO "LiteLLM_EndUserTable" VALUES ('guest', 2.5, 'b', true);
  INSERT INTO "LiteLLM_TeamTable" VALUES ('t', 1);
  INSERT INTO "LiteLLM_VerificationToken" VALUES ('hash-1'), ('hash-2');
  INSERT INTO "LiteLLM_ProxyModelTable" VALUES
    ('m1', 'house/small', '{"model": "openai/x", "input_cost_per_token": 2.5e-07, "output_cost_per_token": 1e-06}', '{}'),
    ('m2', 'house/small', '{"model": "azure/x", "input_cost_per_token": 5e-07, "output_cost_per_token": 1e-06}', NULL),
    ('m3', 'house/plain', '{"model": "openai/y"}', '{}');
  INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, spend, total_tokens, prompt_tokens, completion_tokens, "startTime", "endTime", model, "user", end_user, status) VALUES
    ('r1', 'acompletion', 5.31e-08, 15, 10, 5, '2025-03-30 01:30:00.250', '2025-03-30 01:30:01.500', 'gpt-4o', 'ann', 'guest', 'success'),
    ('r2', 'acompletion', 0.1234567890123, 0, 10, 5, '2025-03-30 02:30:00', '2025-03-30 02:29:00', 'gpt-4o', '', 'guest', 'failure'),
    ('r3', 'aembedding', 0.5, 7, 7, 0, '2025-03-30 03:00:00', '2025-03-30 03:00:01', 'embed', 'default_user_id', '{"device": 1}', NULL);`;

const ONE_API = `
  CREATE TABLE users (id bigserial PRIMARY KEY, username text, email text, quota bigint DEFAULT 0, used_quota bigint DEFAULT 0,
    status bigint DEFAULT 1, "group" varchar(32) DEFAULT 'default', deleted_at timestamptz);
  CREATE TABLE tokens (id bigserial PRIMARY KEY, key char(48));
  CREATE TABLE logs (id bigserial PRIMARY KEY, user_id bigint, created_at bigint, type bigint, content text, username text,
    token_name text DEFAULT '', model_name text DEFAULT '', quota bigint DEFAULT 0, prompt_tokens bigint DEFAULT 0,
    completion_tokens bigint DEFAULT 0, use_time bigint DEFAULT 0, "group" text, other text);
  CREATE TABLE redemptions (id bigserial PRIMARY KEY, user_id bigint, key char(32), status bigint DEFAULT 1, name text,
    quota bigint DEFAULT 100, created_time bigint, redeemed_time bigint, used_user_id bigint, deleted_at timestamptz, expired_time bigint);
  CREATE TABLE options (key text PRIMARY KEY, value text);
  INSERT INTO users (username, email, quota, status, "group", deleted_at) VALUES
    ('ann', 'ann@example.com', 5000000, 1, 'professional', NULL), ('bob', 'bob@example.com', -250001, 2, 'default', NULL),
    ('gone', 'gone@example.com', 9, 1, 'default', now()), ('nomail', '', 9, 1, 'default', NULL);
  INSERT INTO tokens (key) VALUES ('k1');
  INSERT INTO logs (user_id, created_at, type, model_name, quota, prompt_tokens, completion_tokens, use_time, token_name) VALUES
    (1, 1735689600, 2, 'gpt-4o', 53, 10, 5, 3, 'laptop'), (1, 1735689601, 1, '', 5000000, 0, 0, 0, ''),
    (2, 1735689602, 2, 'gpt-4o', 1, 1, 0, 0, ''), (3, 1735689603, 2, 'gpt-4o', 1, 1, 0, 0, ''),
    (2, 1735689604, 2, 'mj', -40, 0, 0, 0, '');
  INSERT INTO redemptions (key, status, name, quota, redeemed_time, used_user_id, expired_time) VALUES
    ('${'a'.repeat(32)}', 1, 'spring', 500000, 0, 0, 4102444800), ('${'b'.repeat(32)}', 3, 'spring', 500000, 1735689600, 1, 0);
  INSERT INTO options VALUES ('QuotaPerUnit', '1000000'), ('ModelRatio', '{"house-x": 0.75, "house-y": 2.5}'),
    ('CompletionRatio', '{"house-x": 4}'), ('ModelPrice', '{"house-draw": 0.04}');`;

describe('moving in from gateways', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  });
  afterAll(() => w.close());

  const importOf =
    (system: string, source: SourceDatabase) =>
    (step: string, ...more: string[]): Promise<CliRun> =>
      cliOn(w.t.database_url)('import', system, source.url, step, ...more, '--json');
  const outputOf = (run: CliRun): ImportOutput => run.json() as ImportOutput;
  const by = ({ reports }: ImportOutput): Record<string, Report> =>
    Object.fromEntries(reports.map((report) => [report.kind, report]));

  it('LiteLLM: what is left of budgets, and every spend log of somebody', async () => {
    const source = await sourceDatabase(LITELLM);
    const run = importOf('litellm', source);
    const inspected = outputOf(await run('inspect'));
    expect(inspected).toMatchObject({
      credits_per_usd: '1',
      version: '7 tables of LiteLLM, with sessions in the spend logs',
    });
    expect(inspected.left_out).toEqual([
      expect.objectContaining({ what: 'prices in LiteLLM_ProxyModelTable', rows: 1 }),
      expect.objectContaining({ what: 'accounts in LiteLLM_UserTable', rows: 1 }),
      { what: 'usage in LiteLLM_SpendLogs', rows: 1, why: 'names no user' },
      expect.objectContaining({ what: 'API keys in LiteLLM_VerificationToken', rows: 2 }),
      expect.objectContaining({ what: 'budgets of teams in LiteLLM_TeamTable', rows: 1 }),
    ]);
    const applied = await run('apply', '--tier', 'starter');
    expect([applied.code, applied.stderr]).toEqual([0, '']);
    expect(by(outputOf(applied))).toMatchObject({
      prices: { states: { new: 1, kept: 1 } },
      accounts: { credits: '14.700000', states: { new: 4 } },
      usage: { states: { new: 2 } },
    });
    expect(by(outputOf(applied)).accounts?.oddities.map(({ oddity }) => oddity)).toEqual(
      expect.arrayContaining([
        'has no budget: it begins without credits',
        'has spent more than its budget: it begins without credits',
      ]),
    );
    expect(await w.balance('ann')).toMatchObject({ balance: '9.700000', tier: 'starter' });
    expect(await w.balance('guest')).toMatchObject({ balance: '5.000000', status: 'suspended' });
    const events =
      await w.sql(`SELECT user_id, total_cost::text, tokens_used, succeeded, duration_seconds::text, occurred_at
      FROM usage_events ORDER BY request_id`);
    const spring = new Date('2025-03-30T01:30:00.250Z');
    expect(events).toMatchObject([
      {
        user_id: 'ann',
        total_cost: '0.0000000531',
        tokens_used: 15,
        duration_seconds: '1.2500000000',
        occurred_at: spring,
      },
      { user_id: 'guest', total_cost: '0.1234567890', tokens_used: 15, succeeded: false, duration_seconds: null },
    ]);
    expect((await w.list('pricing/models', { search: 'house/' })).body).toMatchObject([
      { model: 'house/small', input_per_million: '0.250000', output_per_million: '1.000000' },
    ]);
    expect((await run('verify')).code).toBe(0);
    expect(by(outputOf(await run('apply'))).accounts?.states).toMatchObject({ new: 0, added: 0, known: 4 });
    await source.sql(`UPDATE "LiteLLM_UserTable" SET spend = 0 WHERE user_id = 'ann'`);
    const altered = { kind: 'accounts', of: 'ann', what: 'balance', source: '10.000000', here: '9.700000' };
    expect(outputOf(await run('verify')).differences).toEqual([altered]);
    await source.close();
  });

  it('New API: quota by the rate of its options, users by their addresses, codes that are used once', async () => {
    const source = await sourceDatabase(ONE_API);
    const run = importOf('one-api', source);
    const inspected = outputOf(await run('inspect', '--user-column', 'email'));
    expect(inspected).toMatchObject({ credits_per_usd: '1000000', version: 'New API' });
    expect(inspected.left_out.map(({ what, rows, why }) => `${what}: ${rows}, ${why}`)).toEqual([
      'accounts in users: 1, the user was deleted',
      'accounts in users: 1, the user has no email',
      'redemptions in redemptions: 1, nobody redeemed it',
      'usage in logs: 1, it is a top-up, an error or a note',
      'usage in logs: 1, the user was deleted',
      'API keys in tokens: 1, not imported yet: hand out new ones',
    ]);
    const applied = await run('apply', '--user-column', 'email');
    expect(applied.code).toBe(2);
    expect(by(outputOf(applied))).toMatchObject({
      prices: { states: { new: 3 } },
      accounts: { credits: '4.749999', states: { new: 2 } },
      coupons: { states: { new: 2 } },
      redemptions: { states: { new: 1 } },
      usage: { states: { new: 2 }, refused: 1, errors: [{ row: 'logs 5', error: expect.stringContaining('cost') }] },
    });
    expect(await w.balance('ann@example.com')).toMatchObject({ balance: '5.000000', tier: 'professional' });
    const bob = { balance: '0.000000', debt: '0.250001', status: 'suspended', tier: 'trial' };
    expect(await w.balance('bob@example.com')).toMatchObject(bob);
    const [event] = await w.sql(`SELECT total_cost::text, tokens_used, occurred_at, metadata FROM usage_events
      WHERE user_id = 'ann@example.com'`);
    expect(event).toMatchObject({ total_cost: '0.0000530000', tokens_used: 15, metadata: { token_name: 'laptop' } });
    expect(event?.occurred_at).toEqual(new Date('2025-01-01T00:00:00Z'));
    expect((await w.list('pricing/models', { search: 'house-' })).body).toMatchObject([
      { model: 'house-draw', per_request: '0.040000' },
      { model: 'house-x', input_per_million: '1.500000', output_per_million: '6.000000' },
      { model: 'house-y', input_per_million: '5.000000', output_per_million: '5.000000' },
    ]);
    const spring = await w.post('credits/coupons/redeem', { code: 'a'.repeat(32), user_id: 'ann@example.com' });
    expect(spring.body).toMatchObject({ credits_awarded: '0.500000' });
    const used = await w.post('credits/coupons/redeem', { code: 'b'.repeat(32), user_id: 'bob@example.com' });
    expect(used.status).toBe(409);
    expect((await run('verify', '--user-column', 'email')).code).toBe(0);
    expect((await run('verify', '--user-column', 'email', '--credits-per-usd', '500000')).code).toBe(1);
    await source.close();
  });
});
