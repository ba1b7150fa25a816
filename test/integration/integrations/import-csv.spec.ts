import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AccountErasureJob } from '../../../src/accounts/account-erasure.service.js';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { cliOn, type CliRun, failureOf } from '../../support/cli.js';
import { TestEnv } from '../../support/factories.js';

interface Report {
  kind: string;
  rows: number;
  refused: number;
  errors: { row: string; error: string }[];
  states: Record<string, number>;
}

describe('moving in by files of CSV', () => {
  let w: TestEnv;
  let folder: string;
  let run: (...argv: string[]) => Promise<CliRun>;
  beforeAll(async () => {
    const env = { USER_ID_FORM: 'email', ENCRYPTION_KEYS: KeyRing.make('k1') };
    w = await TestEnv.start({ env });
    folder = await mkdtemp(path.join(os.tmpdir(), 'tollgate-import-'));
    const cli = cliOn(w.t.database_url, env);
    run = (place, ...more) => cli('import', 'csv', place, ...more);
  });
  afterAll(async () => {
    await w.close();
    await rm(folder, { recursive: true });
  });

  const file = async (name: string, ...lines: string[]): Promise<string> => {
    const place = path.join(folder, name);
    await writeFile(place, `${lines.join('\n')}\n`);
    return place;
  };
  const reportsOf = (cli: CliRun): Record<string, Report> =>
    Object.fromEntries((cli.json() as { reports: Report[] }).reports.map((report) => [report.kind, report]));

  it('takes a folder, with its own rate of credits, once', async () => {
    await file(
      'accounts.csv',
      'user_id,balance,tier,is_suspended',
      'Ann@Example.com,"4550",starter,',
      'ann@example.com,100,,',
      'bob@example.com,33.333333333333,,true',
      'bob@example.com,1,,',
      'carl,12e3,nowhere,',
    );
    await file(
      'usage.csv',
      'user_id,request_id,service,model,input_tokens,output_tokens,cost,occurred_at,metadata',
      'ann@example.com,r1,tts,acme/voice,10,5,0.0053,2020-02-29T23:59:59+02:00,"{""a"":1}"',
      'ann@example.com,r1,tts,acme/voice,10,5,0.0053,2020-02-29T23:59:59+02:00,"{""a"":1}"',
      'dora@example.com,r1,stt,,,,7,2021-01-01T00:00:00,',
      'dora@example.com,r2,stt,,,,,2021-01-01T00:00:00,',
      'dora@example.com,r3,stt,,,,1,,',
    );
    await file('coupons.csv', 'code,coupon_type,value,used_count', 'gift-10,credit_bonus,1000,2');
    await file('redemptions.csv', 'code,user_id,redeemed_at', 'GIFT-10,ann@example.com,2025-01-01T00:00:00Z');
    await file('prices.csv', 'model,input_per_million,output_per_million', 'Acme/Chat,1,2');
    const rate = ['--credits-per-usd', '100'];
    const applied = await run(folder, 'apply', ...rate, '--tier', 'professional', '--json');
    expect(applied.code).toBe(2);
    const reports = reportsOf(applied);
    expect(reports['accounts']).toMatchObject({ rows: 5, refused: 1, states: { new: 3, added: 1 } });
    expect(reports['accounts']?.errors).toEqual([
      { row: 'accounts.csv line 5', code: 'invalid_request', error: 'user_id: was given by an earlier line' },
    ]);
    expect(reports['usage']).toMatchObject({ rows: 5, refused: 2, states: { new: 2, known: 1 } });
    expect(reports['usage']?.errors.map(({ error }) => error)).toEqual([
      'cost: must be given: what the work cost then',
      'occurred_at: must be given for past work',
    ]);
    expect(await w.balance('ann@example.com')).toMatchObject({ balance: '46.500000', tier: 'starter' });
    const bob = { balance: '0.3333333333', status: 'suspended', tier: 'professional' };
    expect(await w.balance('bob@example.com')).toMatchObject(bob);
    const coupon = await w.get('credits/coupons/GIFT-10/stats');
    expect(coupon.body).toMatchObject({ value: '10.000000', used_count: 2, max_uses: null });

    expect((await run(folder, 'verify', ...rate, '--json')).json()).toMatchObject({ users: 4, differences: [] });
    const again = reportsOf(await run(folder, 'apply', ...rate, '--json'));
    expect(Object.values(again).map(({ states }) => states['new'])).toEqual([0, 0, 0, 0, 0]);
    const at_par = await run(folder, 'verify', '--only', 'accounts');
    expect([at_par.code, at_par.stdout]).toEqual([
      1,
      expect.stringMatching(/ann@example.com │ balance │ +4650.00 │ +46.50/),
    ]);
  });

  it('takes one file alone, and two sources under two names', async () => {
    const accounts = await file('accounts.csv', 'user_id,balance', 'eve@example.com,1.25');
    for (const name of ['eu', 'us', 'us']) expect((await run(accounts, 'apply', '--name', name)).code).toBe(0);
    expect(await w.balance('eve@example.com')).toMatchObject({ balance: '2.500000' });
    expect((await run(accounts, 'verify', '--name', 'us')).code).toBe(0);
    expect((await run(accounts, 'plan', '--name', 'us')).stdout).toMatch(/accounts │ +1 │ +1.25 │/);
  });

  it('does not bring back who was erased here', async () => {
    const accounts = await file('accounts.csv', 'user_id,balance', 'gone@example.com,5');
    const usage = await file(
      'usage.csv',
      'user_id,request_id,service,cost,occurred_at',
      'gone@example.com,r,tts,1,2020-01-01T00:00:00Z',
    );
    expect((await run(accounts, 'apply')).code).toBe(0);
    await w.done('admin/accounts/gone%40example.com/erase', {});
    await w.t.app.get(AccountErasureJob).eraseAll({ signal: new AbortController().signal });
    for (const place of [accounts, usage]) {
      const again = await run(place, 'apply', '--json');
      expect(Object.values(reportsOf(again))[0]?.errors).toMatchObject([{ code: 'account_erased' }]);
    }
  });

  it('says what is wrong with files and options', async () => {
    const failureOfRun = async (...argv: string[]): Promise<[number, string]> => {
      const failed = await run(...(argv as [string, string]), '--json');
      return [failed.code, failureOf(failed).detail];
    };
    const columns = await file('accounts.csv', 'user_id,saldo', 'x,1');
    expect(await failureOfRun(columns, 'inspect')).toEqual([
      2,
      expect.stringContaining('columns that are not known (saldo)'),
    ]);
    expect(await failureOfRun(path.join(folder, 'none'), 'plan')).toEqual([
      2,
      expect.stringContaining('cannot be read'),
    ]);
    const other = await file('other.csv', 'x');
    expect(await failureOfRun(other, 'plan')).toEqual([2, expect.stringContaining('must be a folder with, or one of')]);
    const torn = await file('usage.csv', 'user_id,cost', '"x,1');
    expect(await failureOfRun(torn, 'plan')).toEqual([2, expect.stringContaining('usage.csv cannot be read')]);
    expect(await failureOfRun(folder, 'look')).toEqual([2, expect.stringContaining('inspect, plan, apply, verify')]);
    expect(await failureOfRun(folder, 'plan', '--only', 'money')).toEqual([
      2,
      expect.stringContaining('must name some of'),
    ]);
    expect(await failureOfRun(folder, 'plan', '--tier', 'nowhere')).toEqual([5, 'Tier nowhere not found.']);
    expect(await failureOfRun(folder, 'plan', '--credits-per-usd', '0')).toEqual([
      2,
      expect.stringContaining('greater than zero'),
    ]);
  });
});
