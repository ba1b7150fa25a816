import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { cliOn, type CliRun, failureOf } from '../../support/cli.js';
import { type Json, TestEnv } from '../../support/factories.js';
import { opsCenterOfDocuments, type SourceDatabase, sourceDatabase } from '../../support/ops-center.js';

const KEYS = KeyRing.make('new');
const API_KEY = `sk-or-v1-${'a'.repeat(32)}`;
const ANN = 'ann@example.com';
const ZOE = 'Zoë-Ω-用户';

interface Report {
  kind: string;
  rows: number;
  credits: string | null;
  refused: number;
  states: Json;
  oddities: { rows: number; oddity: string }[];
  errors: { row: string; error: string }[];
}

describe('moving in from Ops-Center', () => {
  const fernet = randomBytes(32);
  let w: TestEnv;
  let folder: string;
  let source: SourceDatabase;
  let run: (...argv: string[]) => Promise<CliRun>;
  beforeAll(async () => {
    w = await TestEnv.start({ env: { ENCRYPTION_KEYS: KEYS } });
    source = await opsCenterOfDocuments(fernet, API_KEY);
    folder = await mkdtemp(path.join(os.tmpdir(), 'tollgate-import-'));
    const key_file = path.join(folder, 'fernet.key');
    await writeFile(key_file, `${fernet.toString('base64url')}=\n`);
    const cli = cliOn(w.t.database_url, { ENCRYPTION_KEYS: KEYS });
    run = (step, ...more) => cli('import', 'ops-center', source.url, step, '--fernet-key-file', key_file, ...more);
  });
  afterAll(async () => {
    await w.close();
    await source.close();
    await rm(folder, { recursive: true });
  });

  const reports = (cli: CliRun): Map<string, Report> =>
    new Map((cli.json() as { reports: Report[] }).reports.map((report) => [report.kind, report]));
  const written = async (): Promise<Json> => {
    const [counts] = await w.sql(`SELECT (SELECT count(*)::int FROM user_credits) AS accounts,
      (SELECT count(*)::int FROM credit_transactions) AS lines, (SELECT count(*)::int FROM usage_events) AS events,
      (SELECT count(*)::int FROM coupon_codes) AS coupons, (SELECT count(*)::int FROM coupon_redemptions) AS redemptions,
      (SELECT count(*)::int FROM openrouter_accounts) AS keys, (SELECT count(*)::int FROM audit_logs) AS audit,
      (SELECT count(*)::int FROM model_prices WHERE source = 'admin') AS prices`);
    return counts as Json;
  };

  it('inspects and plans, and writes nothing', async () => {
    const before = await written();
    const inspected = await run('inspect', '--json');
    expect(inspected).toMatchObject({ code: 0, stderr: '' });
    expect(inspected.json()).toMatchObject({
      version: 'tables of the documents',
      left_out: expect.arrayContaining([
        { what: 'API keys in user_api_keys', rows: 2, why: expect.stringContaining('not imported yet') },
        { what: 'usage in usage_events', rows: 1, why: 'names no user' },
        { what: 'keys in openrouter_accounts', rows: 1, why: 'the key is not active' },
      ]),
    });
    const found = reports(inspected);
    expect(found.get('accounts')).toMatchObject({ rows: 6, credits: '58.010000', refused: 1 });
    expect(found.get('accounts')?.oddities.map(({ oddity }) => oddity)).toEqual(
      expect.arrayContaining([
        'has a negative balance: it becomes debt',
        'is on the plan vip_founder, which does not exist here',
        'is on the plan professional, which is sold: here it renews without a payment until it is bought',
      ]),
    );
    expect(found.get('usage')?.errors).toEqual([
      expect.objectContaining({ row: 'usage_events 7', error: 'cost: must be zero: a:free is free here' }),
      expect.objectContaining({ row: 'usage_events 8', error: expect.stringContaining('tokens') }),
    ]);
    const planned = reports(await run('plan', '--json'));
    expect(planned.get('accounts')?.states).toEqual({ new: 5, added: 0, known: 0, kept: 0 });
    expect((await run('plan')).stdout).toContain('1 USD is 1 credit here, and 1 in the source.');
    expect(await written()).toEqual(before);
  });

  it('applies, and what it wrote verifies to the last digit', async () => {
    await w.bonus('vip', '1'); // is here before its move: 5 of the trial, 1 on top
    const applied = await run('apply', '--json');
    expect(applied.code).toBe(2);
    const states = Object.fromEntries([...reports(applied)].map(([kind, report]) => [kind, report.states]));
    expect(states).toMatchObject({
      prices: { new: 1 },
      accounts: { new: 4, added: 1 },
      keys: { new: 1 },
      coupons: { new: 3 },
      redemptions: { new: 1 },
      usage: { new: 6 },
    });
    const verified = await run('verify', '--json');
    expect(verified.json()).toMatchObject({ users: 6, differences: [] });
    expect(verified.code).toBe(0);
    expect((await run('verify')).stdout).toContain('the sums of 6 users are the same to the last digit');
    for (const user_id of [ANN, ZOE, 'owes', 'vip', 'broke', 'gone-long-ago']) await w.verify(user_id);
  });

  it('keeps plan, period and balance; nobody gets a trial on top', async () => {
    const ann = await w.balance(ANN);
    expect(ann).toMatchObject({ balance: '45.500000', available: '45.500000', tier: 'professional' });
    expect(new Date(ann.reset_date as string).getTime()).toBeGreaterThan(Date.now() + 9 * 86_400_000);
    expect(ann.created_at).toBe('2025-10-01T00:00:00.000Z');
    const { body: grants } = await w.list('credits/grants', { user_id: ANN });
    expect(grants).toMatchObject([
      { source: 'plan', amount: '40.500000', expires_at: ann.reset_date },
      { source: 'bonus', amount: '5.000000', expires_at: null },
    ]);
    // a switch to and fro gives no more than the plan gives a month
    await w.switch(ANN, 'trial');
    expect((await w.switch(ANN, 'professional')).balance).toBe('45.500000');
    expect(await w.balance(ZOE)).toMatchObject({ balance: '3.010000', tier: 'trial' });
    expect(await w.balance('gone-long-ago')).toMatchObject({ balance: '0.000000', tier: 'trial' });
    expect(await w.balance('owes')).toMatchObject({ balance: '0.000000', debt: '2.500000', tier: 'starter' });
    expect(await w.balance('vip')).toMatchObject({ balance: '18.000000', tier: 'trial' });
  });

  it('records usage as UTC, never charged, at the costs of then', async () => {
    const rows = await w.sql(
      `SELECT service, model, tokens_used, total_cost::text, is_free_tier, is_rated, occurred_at, source, transaction_id, metadata
       FROM usage_events WHERE user_id = $1 ORDER BY occurred_at`,
      [ANN],
    );
    expect(rows).toMatchObject([
      {
        service: 'openrouter',
        tokens_used: 2500,
        total_cost: '1.2500000000',
        source: 'import:ops-center',
        occurred_at: new Date('2025-10-23T23:30:00Z'),
        transaction_id: null,
        metadata: { provider_cost: '1.1400', platform_markup: '0.1100' },
      },
      { service: 'llm-chat', total_cost: '0.0000530000', is_rated: true },
      { is_free_tier: true, total_cost: '0.0000000000' },
      { service: 'tts', model: null, is_free_tier: false, is_rated: true },
    ]);
  });

  it('knows who redeemed what, and opens the keys', async () => {
    const again = await w.post('credits/coupons/redeem', { code: 'UC-WELCOME50', user_id: ANN });
    expect([again.status, again.body.code]).toEqual([409, 'coupon_already_redeemed']);
    expect((await w.get('credits/coupons/OLD/stats')).body).toMatchObject({
      max_uses: 9,
      used_count: 9,
      is_active: false,
    });
    const [row] = await w.sql('SELECT encrypted_key FROM openrouter_accounts WHERE user_id = $1', [ANN]);
    expect(KeyRing.parse(KEYS)?.open(row?.encrypted_key as string, ANN)).toBe(API_KEY);
    const [price] = (await w.list('pricing/models', { search: 'acme/chat' })).body;
    expect(price).toMatchObject({
      input_per_million: '0.500000',
      output_per_million: '1.500000',
      context_length: 8192,
    });
  });

  it('changes nothing when it is applied again, also when keys of idempotency are long forgotten', async () => {
    await w.sql('TRUNCATE idempotency_keys');
    const before = await written();
    expect((await run('apply', '--json')).code).toBe(2);
    expect(await written()).toEqual(before);
  });

  it('finds what was altered, on either side', async () => {
    await source.sql(`UPDATE user_credits SET balance = 45.51 WHERE user_id = $1`, [ANN]);
    await source.sql(`UPDATE usage_events SET total_cost = 0.000054 WHERE id = 2`);
    await w.sql(`DELETE FROM usage_events WHERE user_id = 'gone-long-ago'`);
    const verified = await run('verify', '--json');
    expect(verified.code).toBe(1);
    expect((verified.json() as { differences: object[] }).differences).toEqual([
      { kind: 'accounts', of: ANN, what: 'balance', source: '45.510000', here: '45.500000' },
      { kind: 'usage', of: ANN, what: 'cost', source: '1.250054', here: '1.250053' },
      { kind: 'usage', of: 'gone-long-ago', what: 'events', source: '1', here: '0' },
      { kind: 'usage', of: 'gone-long-ago', what: 'cost', source: '0.100000', here: '0.000000' },
    ]);
    const conflict = reports(await run('apply', '--json', '--only', 'usage')).get('usage');
    expect(conflict?.errors).toContainEqual(
      expect.objectContaining({ row: 'usage_events 2', code: 'idempotency_conflict' }),
    );
  });

  it('says what is wrong with a source', async () => {
    const failureFor = async (url: string): Promise<string> =>
      failureOf(await cliOn(w.t.database_url)('import', 'ops-center', url, 'inspect', '--json')).detail;
    await source.sql('ALTER TABLE usage_events RENAME created_at TO at');
    expect(await failureFor(source.url)).toContain('The table usage_events has no column created_at');
    const empty = await sourceDatabase('CREATE TABLE something (id int)');
    expect(await failureFor(empty.url)).toContain('This database has no table of Ops-Center');
    await empty.close();
    const unreachable = await failureFor('postgresql://ops:hush@127.0.0.1:1/none');
    expect(unreachable).toContain('The source cannot be read');
    expect(unreachable).not.toContain('hush');
    expect(await failureFor('mysql://root@db/ops')).toContain('Load a dump of MySQL or SQLite into PostgreSQL first');
  });
});
