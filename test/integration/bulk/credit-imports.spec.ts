import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ImportBooking } from '../../../src/bulk/imports/import-booking.js';
import type { TestApp } from '../../support/app.js';
import { cliOn, failureOf } from '../../support/cli.js';
import { type Json, type JsonAnswer, TestEnv } from '../../support/factories.js';

describe('imports of credits', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  });
  afterAll(() => w.close());

  const upload = async (file: string, query: Record<string, string> = {}): Promise<JsonAnswer> =>
    (await w.t.call('admin/credits/import', {
      method: 'POST',
      token: w.admin,
      body: file,
      query: { name: 'june.csv', ...query },
      headers: { 'content-type': 'text/csv' },
    })) as JsonAnswer;
  const csv = (...lines: string[]): string => ['user_id,amount,reason,source,expires_at', ...lines].join('\n');
  const book = (id: unknown, t: TestApp = w.t): Promise<void> =>
    t.app.get(ImportBooking).book(String(id), new AbortController().signal);
  const show = async (id: unknown): Promise<Json> => (await w.get(`admin/credits/imports/${String(id)}`)).body;
  const linesOf = async (id: unknown, query: Record<string, string> = {}): Promise<Json[]> =>
    (await w.list(`admin/credits/imports/${String(id)}/lines`, query)).body;
  const balance = async (user_id: string): Promise<unknown> =>
    (await w.get('credits/balance', { user_id })).body.balance;

  it('check every line, say what is wrong with it, and book nothing in a dry run', async () => {
    const [user_id, closed, merged] = [await w.user('5'), await w.user('5'), await w.user('5')];
    await w.sql(`UPDATE user_credits SET status = 'closed' WHERE user_id = ANY ($1)`, [[closed, merged]]);
    await w.sql('UPDATE user_credits SET moved_to = $2 WHERE user_id = $1', [merged, user_id]);
    const file = csv(
      `${user_id},10,June,,`,
      `${user_id},10,June,,`,
      'nobody-here,10,June,,',
      `${user_id},ten,June,,`,
      `${user_id},-1,June,,`,
      `${user_id},1,,,`,
      `${user_id},1,Late,,2020-01-01`,
      `${user_id},1,Odd,lottery,`,
      `${closed},1,June,,`,
      `${merged},1,June,,`,
    );
    const { body } = await upload(file, { dry_run: 'true' });
    expect(body).toMatchObject({ state: 'checked', mode: null, lines: 10, ready: 1, invalid: 9, amount: '10.000000' });
    const errors = (await linesOf(body.id)).map(({ line, state, error }) => [line, state, error]);
    expect(errors).toEqual([
      [2, 'ready', null],
      [3, 'invalid', 'The line repeats line 2. If both are meant, give them different reasons.'],
      [4, 'invalid', 'No account has the user id nobody-here.'],
      [5, 'invalid', expect.stringMatching(/^amount: must be a plain decimal/)],
      [6, 'invalid', 'amount: must be greater than zero'],
      [7, 'invalid', expect.stringMatching(/^reason: /)],
      [8, 'invalid', 'expires_at must be in the future.'],
      [9, 'invalid', expect.stringMatching(/^source: must be one of/)],
      [10, 'invalid', 'The account is closed.'],
      [11, 'invalid', `The account was merged into ${user_id}; name that one.`],
    ]);
    expect(await balance(user_id)).toBe('5.000000');
    const all = await upload(file);
    expect([all.status, all.body.code]).toEqual([409, 'import_has_errors']);
    expect(all.body.detail).toContain('Line 3: ');
    expect(await w.sql('SELECT 1 FROM pgboss.job WHERE name = $1', ['credit-import'])).toEqual([]);
  });

  it('book each line once, however often the file is sent and by whichever instance', async () => {
    const [ann, bob] = [await w.user('5'), await w.user('5')];
    const file = csv(`${ann},10,June,purchase,`, `${ann},1,Extra,,2031-01-01`, `${bob},2.5,June,,`);
    const { body } = await upload(file, { mode: 'best_effort' });
    expect(body).toMatchObject({ state: 'booking', mode: 'best_effort', ready: 3 });
    const other = await w.another();
    await Promise.all([book(body.id), book(body.id, other), book(body.id)]);
    const again = await upload(file, { mode: 'best_effort' });
    expect(again.headers['idempotency-hit']).toBe('true');
    expect(again.body).toMatchObject({ id: body.id, state: 'complete', booked: 3, booked_amount: '13.500000' });
    await book(body.id);
    expect([await balance(ann), await balance(bob)]).toEqual(['16.000000', '7.500000']);
    const [line] = await linesOf(body.id, { limit: '1' });
    const [posted] = (await w.list('credits/transactions', { user_id: ann, transaction_type: 'purchase' })).body;
    expect(posted).toMatchObject({ id: line?.transaction_id, metadata: { import_id: body.id, line: 2 } });
    const [grant] = (await w.list('credits/grants', { user_id: ann })).body.filter(
      ({ source, expires_at }) => source !== 'trial' && expires_at !== null,
    );
    expect(grant).toMatchObject({ amount: '1.000000', expires_at: '2031-01-02T00:00:00.000Z' });
    expect(await w.done(`admin/credits/imports/${String(body.id)}/confirm`, {})).toMatchObject({ state: 'complete' });
  });

  it('book all lines or none', async () => {
    const [ann, bob] = [await w.user('5'), await w.user('5')];
    const file = csv(`${ann},10,All,,`, `${bob},1,All,,`);
    const { body } = await upload(file);
    await w.sql(`UPDATE user_credits SET status = 'closed' WHERE user_id = $1`, [bob]);
    await book(body.id);
    expect(await show(body.id)).toMatchObject({
      state: 'failed',
      booked: 0,
      error: expect.stringMatching(/^Line 3 was refused, so nothing was booked: .*closed/),
    });
    expect(await balance(ann)).toBe('5.000000');
    await w.sql(`UPDATE user_credits SET status = 'active' WHERE user_id = $1`, [bob]);
    const { body: second } = await upload(file);
    await Promise.all([book(second.id), book(second.id)]);
    expect(await show(second.id)).toMatchObject({ id: body.id, state: 'complete', booked: 2 });
    expect([await balance(ann), await balance(bob)]).toEqual(['15.000000', '6.000000']);
  });

  it('refuse what changed since the check, line by line', async () => {
    const [ann, bob] = [await w.user('5'), await w.user('5')];
    const { body } = await upload(csv(`${ann},1,Each,,`, `${bob},1,Each,,`), { mode: 'best_effort' });
    await w.sql(`UPDATE user_credits SET status = 'closed' WHERE user_id = $1`, [bob]);
    await book(body.id);
    expect(await show(body.id)).toMatchObject({ state: 'complete', booked: 1, refused: 1 });
    const refused = await linesOf(body.id, { state: 'refused' });
    expect(refused).toMatchObject([{ line: 3, user_id: bob, error: expect.stringContaining('closed') }]);
  });

  it('point out lines that another file has booked', async () => {
    const ann = await w.user('5');
    const { body } = await upload(csv(`${ann},1,Twice,,`));
    await book(body.id);
    const second = await upload(csv(`${ann},1,Twice,,`, `${ann},2,New,,`), { dry_run: 'true', name: 'july.csv' });
    expect(second.body).toMatchObject({ warnings: 1, ready: 2 });
    const [line] = await linesOf(second.body.id);
    expect(line?.warning).toMatch(/^The file june\.csv booked the same line on \d{4}-\d\d-\d\d\.$/);
  });

  it('export the result without formulas', async () => {
    const ann = await w.user('5');
    const { body } = await upload(csv(`${ann},1,=1+1,,`), { dry_run: 'true' });
    const { text } = await w.t.call(`admin/credits/imports/${String(body.id)}/result`, { token: w.admin });
    expect(text.split('\r\n')[1]).toContain(`,'=1+1,`);
  });

  it('accept JSON lines, and refuse what is no file of credits', async () => {
    const ann = await w.user('5');
    const { body } = await upload(`{"user_id":"${ann}","amount":"1","reason":"JSON"}\n`, { name: 'june.jsonl' });
    await book(body.id);
    expect(await balance(ann)).toBe('6.000000');
    const refused = await upload('name,credits\nann,1');
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid_request']);
    const lines = Array.from({ length: 1_001 }, (_, n) => `${ann},1,Line ${n},,`);
    expect((await upload(csv(...lines))).body.code).toBe('import_too_large');
    const answer = await w.t.call('admin/credits/import', { method: 'POST', token: w.service, body: 'x' });
    expect(answer.status).toBe(403);
  });

  it('run as a command, which a repetition continues', async () => {
    const ann = await w.user('5');
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'credits-')), 'may.csv');
    await writeFile(file, csv(`${ann},1,Command,,`, 'nobody-here,1,Command,,'));
    const cli = cliOn(w.t.database_url);
    const run = async (...options: string[]) => cli('credits', 'import', file, ...options, '--json');
    const dry = await run('--dry-run');
    expect([dry.code, dry.json()]).toMatchObject([2, { state: 'checked', faults: [{ line: 3, state: 'invalid' }] }]);
    expect(failureOf(await run())).toMatchObject({ code: 'import_has_errors', exit_code: 4 });
    expect(await balance(ann)).toBe('5.000000');
    for (let n = 0; n < 2; n += 1) {
      const { code, json } = await run('--mode', 'best_effort');
      expect([code, json()]).toMatchObject([2, { state: 'complete', booked: 1, invalid: 1 }]);
    }
    expect(await balance(ann)).toBe('6.000000');
    expect(failureOf(await cli('credits', 'import', '/no/such/file', '--json'))).toMatchObject({ exit_code: 2 });
  });
});
