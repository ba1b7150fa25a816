import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import os from 'node:os';
import { type CliRun, cliOn } from '../../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let db: TestDatabase;
let cli: (...argv: string[]) => Promise<CliRun>;
beforeAll(async () => {
  db = await createTestDatabase();
  cli = cliOn(db.url);
});
afterAll(() => db.drop());

describe('tollgate coupons', () => {
  it('create records the operating system user as the creator', async () => {
    const run = await cli('coupons', 'create', '--type', 'credit_bonus', '--value', '5', '--code', 'hello', '--json');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.json()).toMatchObject({ code: 'HELLO', value: '5.000000', created_by: `cli:${os.userInfo().username}` });
    const again = await cli('coupons', 'create', '--type', 'credit_bonus', '--value', '5', '--code', 'Hello');
    expect(again).toMatchObject({ code: 4, stderr: "tollgate: Coupon 'HELLO' already exists.\n" });
  });

  it('create reports what is wrong with the terms', async () => {
    const run = await cli('coupons', 'create', '--type', 'percentage_discount', '--value', '120');
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('must be a percentage from 1 to 100');
  });

  it('bulk prints only the codes, or CSV', async () => {
    const terms = ['--type', 'free_month', '--count', '1500', '--prefix', 'vip'];
    const run = await cli('coupons', 'bulk', ...terms);
    const codes = run.stdout.trimEnd().split('\n');
    expect(new Set(codes).size).toBe(1500);
    for (const code of codes) expect(code).toMatch(/^VIP-[2-9A-HJKMNP-Z]{8}$/);
    const csv = (await cli('coupons', 'bulk', ...terms.slice(0, 2), '--count', '2', '--csv')).stdout;
    expect(csv).toMatch(/^code,coupon_type,.*\r\nUC-\w{8},free_month,1\.000000,/);
  });

  it('list, show and stats print tables or JSON', async () => {
    expect((await cli('coupons', 'list', '--limit', '2', '--wide')).stdout).toMatch(
      /UC-\w{8} │ free_month +│ +1\.00 │ +0 +│ +1 /,
    );
    expect((await cli('coupons', 'show', 'hello')).stdout).toMatch(/│ used_count +│ +0 +│/);
    const stats = (await cli('coupons', 'stats', 'hello', '--json')).json();
    expect(stats).toMatchObject({ code: 'HELLO', used_count: 0, credits_awarded: '0.000000', by_day: [] });
    expect((await cli('coupons', 'stats', 'hello')).stdout).toMatch(/│ credits_awarded +│ +0\.00 +│/);
  });

  it('deactivate deactivates a coupon', async () => {
    expect((await cli('coupons', 'deactivate', 'hello')).stdout).toContain("Coupon 'HELLO' deactivated successfully");
    expect((await cli('coupons', 'show', 'hello', '--json')).json()).toMatchObject({ is_active: false });
    expect(await cli('coupons', 'deactivate', 'nowhere')).toMatchObject({
      code: 5,
      stderr: 'tollgate: Coupon code not found\n',
    });
  });
});
