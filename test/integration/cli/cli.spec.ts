import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import os from 'node:os';
import { startApp, type TestApp } from '../../support/app.js';
import { type CliRun, cliOn, type Failure, failureOf } from '../../support/cli.js';
import { UNKNOWN_ID } from '../../support/factories.js';

describe('the command line', () => {
  let t: TestApp;
  let admin: string;
  let cli: (...argv: string[]) => Promise<CliRun>;

  beforeAll(async () => {
    t = await startApp();
    admin = await t.tokenFor('admin-1', 'admin');
    cli = cliOn(t.database_url);
  });
  afterAll(() => t.close());

  describe('credits', () => {
    it('show prints the response of HTTP, as a table or as the same JSON', async () => {
      const table = await cli('credits', 'show', 'shown', '--provision', 'true');
      expect(table.code).toBe(0);
      expect(table.stdout).toMatch(/│ user_id +│ shown +│/);
      expect(table.stdout).toMatch(/│ balance +│ +5\.00 +│/);
      expect(table.stdout).not.toContain('\u001b');
      const { body } = await t.call('credits/balance', { token: admin, query: { user_id: 'shown' } });
      expect((await cli('credits', 'show', 'shown', '--json')).json()).toEqual(body);
    });

    it('show --include-history adds the latest lines', async () => {
      const run = await cli('credits', 'show', 'shown', '--include-history', 'true', '--limit', '1', '--json');
      expect(run.json()).toMatchObject({ transactions: [{ transaction_type: 'purchase' }] });
      expect((await cli('credits', 'show', 'shown', '--include-history', 'true')).stdout).toMatch(/purchase +│ +5\.00/);
    });

    it('change credits, and the audit log names the operating system user', async () => {
      const grown = await cli(
        'credits',
        'allocate',
        'moved',
        '--amount',
        '10',
        '--source',
        'purchase',
        '--metadata',
        '{"order":"A-1"}',
        '--json',
      );
      expect(grown.json()).toMatchObject({ balance: '15.000000', amount: '10.000000', balance_after: '15.000000' });
      const bonus = await cli('credits', 'bonus', 'moved', '--amount', '0.0000000001', '--reason', 'thanks', '--json');
      expect(bonus.json()).toMatchObject({ balance: '15.0000000001', bonus_credits: '0.0000000001' });
      const charge = await cli('credits', 'deduct', 'moved', '--amount', '4', '--service', 'tts', '--json');
      expect(charge.json()).toMatchObject({ amount: '-4.000000', balance: '11.0000000001' });
      const { transaction_id } = charge.json() as { transaction_id: string };
      const refund = await cli(
        'credits',
        'refund',
        'moved',
        '--amount',
        '1',
        '--reason',
        'slow',
        '--transaction-id',
        transaction_id,
        '--json',
      );
      expect(refund.json()).toMatchObject({ amount: '1.000000', balance: '12.0000000001' });
      const reset = await cli('credits', 'reset', 'moved', '--new-tier', 'starter', '--json');
      expect(reset.json()).toMatchObject({ tier: 'starter', used_this_period: '0.000000' });
      expect((await cli('credits', 'cap', 'moved', '--monthly-cap', '3', '--json')).json()).toMatchObject({
        monthly_cap: '3.000000',
      });
      expect((await cli('credits', 'cap', 'moved', '--monthly-cap', 'null', '--json')).json()).toMatchObject({
        monthly_cap: null,
      });
      expect((await cli('credits', 'cap', 'moved', '--json')).json()).toMatchObject({ monthly_cap: '20.000000' });
      expect((await cli('credits', 'grants', 'moved')).stdout).toMatch(/│ plan +│ +20\.00/);

      const log = (await cli('audit', 'list', '--user', 'moved', '--json')).json() as {
        action: string;
        actor: string;
      }[];
      expect(log.map((entry) => entry.action)).toEqual(
        expect.arrayContaining([
          'credit.allocate',
          'credit.bonus',
          'credit.refund',
          'credit.monthly_reset',
          'credit.cap',
          'credit.create',
        ]),
      );
      expect(new Set(log.map((entry) => entry.actor))).toEqual(new Set([`cli:${os.userInfo().username}`]));
      expect((await cli('ledger', 'verify', '--user', 'moved')).code).toBe(0);
    });

    it('an idempotency key takes effect once, over HTTP and the command line together', async () => {
      const body = { user_id: 'keyed', amount: '1', source: 'purchase' };
      const first = await t.call('credits/allocate', {
        method: 'POST',
        token: admin,
        body,
        headers: { 'idempotency-key': 'k-1' },
      });
      const again = await cli(
        'credits',
        'allocate',
        'keyed',
        '--amount',
        '1.0',
        '--source',
        'purchase',
        '--key',
        'k-1',
        '--json',
      );
      expect(again.json()).toEqual(first.body);
      expect(JSON.parse(again.stderr)).toEqual({ idempotency_hit: true });
      const other = await cli(
        'credits',
        'allocate',
        'keyed',
        '--amount',
        '2',
        '--source',
        'purchase',
        '--key',
        'k-1',
        '--json',
      );
      expect([other.code, failureOf(other).code]).toEqual([4, 'idempotency_conflict']);
      expect((await cli('credits', 'reset', 'keyed', '--key', 'not visible')).code).toBe(2);
    });

    it('refuses what HTTP refuses, with the same message and a matching exit code', async () => {
      const charge = { user_id: 'poor', amount: '6', service: 'tts' };
      const http = await t.call('credits/deduct', { method: 'POST', token: admin, body: charge });
      const refused = await cli('credits', 'deduct', 'poor', '--amount', '6', '--service', 'tts');
      expect(refused.code).toBe(4);
      expect(refused.stdout).toBe('');
      expect(refused.stderr).toBe(`tollgate: ${(http.body as { detail: string }).detail}\n`);

      const bad = { user_id: 'poor', amount: '-5', source: 'luck' };
      const invalid = await t.call('credits/allocate', { method: 'POST', token: admin, body: bad });
      const wrong = await cli('credits', 'allocate', 'poor', '--amount', '-5', '--source', 'luck', '--json');
      expect(wrong.code).toBe(2);
      expect(failureOf(wrong)).toMatchObject({ code: 'invalid_request', exit_code: 2 });
      const expected = (invalid.body as Failure).errors!.map((error) => expect.objectContaining({ ...error }));
      expect(failureOf(wrong).errors).toEqual(expect.arrayContaining(expected));

      const unknown = await cli(
        'credits',
        'refund',
        'poor',
        '--amount',
        '1',
        '--reason',
        'r',
        '--transaction-id',
        UNKNOWN_ID,
      );
      expect([unknown.code, unknown.stderr]).toEqual([5, `tollgate: Transaction ${UNKNOWN_ID} not found.\n`]);
      expect(
        (await cli('credits', 'allocate', 'poor', '--amount', '1', '--source', 'bonus', '--metadata', '{')).stderr,
      ).toMatch(/^tollgate: --metadata must be JSON/);
    });
  });

  it('transactions list filters and pages as HTTP does', async () => {
    for (const n of [1, 2, 3])
      await cli('credits', 'deduct', 'paged', '--amount', String(n), '--service', n === 2 ? 'stt' : 'tts');
    const all = await cli('transactions', 'list', 'paged', '--type', 'usage', '--count', 'true');
    expect(all.stdout).toMatch(/usage[^]*-2\.00/);
    expect(all.stderr).toBe('2 in total.\n'); // the third did not fit
    const stt = (await cli('transactions', 'list', 'paged', '--service', 'stt', '--json')).json();
    expect(stt).toMatchObject([{ amount: '-2.000000', service: 'stt' }]);
    const first = await cli('transactions', 'list', 'paged', '--limit', '1', '--json');
    const { next_cursor } = JSON.parse(first.stderr) as { next_cursor: string };
    const second = await cli('transactions', 'list', 'paged', '--limit', '1', '--cursor', next_cursor, '--json');
    expect(second.json()).toMatchObject([{ amount: '-1.000000' }]);
    expect((await cli('transactions', 'list', 'paged', '--from', '2999-01-01')).stdout).toBe('No results.\n');
    expect((await cli('transactions', 'list', 'paged', '--limit', '0')).code).toBe(2);
    expect((await cli('transactions', 'list', 'paged', '--limit', 'x')).code).toBe(2);
    expect((await cli('transactions', 'list', 'paged', '--cursor', 'x')).code).toBe(2);
  });

  it('tiers list and set show, change and create plans', async () => {
    expect((await cli('tiers', 'list', '--wide')).stdout).toMatch(/professional +│ Professional +│ +49\.00 +│ +60\.00/);
    const changed = await cli('tiers', 'set', 'starter', '--price-monthly', '21', '--features', 'One', 'Two', '--json');
    expect(changed.json()).toMatchObject({
      tier: 'starter',
      price_monthly: '21.000000',
      credits_monthly: '20.000000',
      features: ['One', 'Two'],
    });
    const models = ['--allowed-models', 'class:free', 'openai/*', '--free-calls-per-day', '7', '--json'];
    expect((await cli('tiers', 'set', 'starter', ...models)).json()).toMatchObject({
      allowed_models: ['class:free', 'openai/*'],
      free_calls_per_day: 7,
    });
    const wrong = await cli('tiers', 'set', 'starter', '--allowed-models', 'class:gold', '--json');
    expect([wrong.code, failureOf(wrong).errors![0]!.field]).toEqual([2, 'allowed_models']);
    const terms = [
      '--name',
      'Team',
      '--price-monthly',
      '9',
      '--credits-monthly',
      '10',
      '--cost-per-1k-tokens',
      '0.003',
      '--rank',
      '7',
    ];
    const created = await cli(
      'tiers',
      'set',
      'team',
      ...terms,
      '--renews',
      'true',
      '--monthly-cap',
      'null',
      '--is-public',
      'false',
      '--json',
    );
    expect([created.code, created.stderr]).toEqual([0, '']);
    expect(created.json()).toMatchObject({ tier: 'team', renews: true, is_public: false, monthly_cap: null, rank: 7 });
    const incomplete = await cli('tiers', 'set', 'bare', '--name', 'Bare', '--json');
    expect(incomplete.code).toBe(2);
    expect(failureOf(incomplete).errors!.map((error) => error.field)).toContain('price_monthly');
    expect((await cli('tiers', 'set', 'team', '--renews', 'maybe')).code).toBe(2);
  });

  describe('token issue', () => {
    it('prints only a token, which the service accepts', async () => {
      const run = await cli('token', 'issue', '--user', 'tok', '--role', 'admin', '--ttl', '5m');
      expect(run.stderr).toBe('');
      expect(run.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      expect((await t.call('credits/tiers', { token: run.stdout.trim() })).status).toBe(200);
    });

    it('refuses unknown roles and lifetimes, and installations with an identity provider', async () => {
      expect((await cli('token', 'issue', '--user', 'tok', '--role', 'king')).stderr).toMatch(
        /--role must be one of .*user, service, admin/,
      );
      expect((await cli('token', 'issue', '--user', 'tok', '--role', 'user', '--ttl', 'soon')).code).toBe(2);
      const provider = cliOn(t.database_url, {
        JWT_SECRET: '',
        JWT_ISSUER: 'https://id.example.com/',
        JWT_AUDIENCE: 'tollgate',
      });
      const refused = await provider('token', 'issue', '--user', 'tok', '--role', 'user');
      expect([refused.code, refused.stdout]).toEqual([4, '']);
    });
  });
});
