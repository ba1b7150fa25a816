import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cliOn, type CliRun } from '../../support/cli.js';
import { type Json, TestEnv } from '../../support/factories.js';

const EXIT_USAGE = 2;

describe('tollgate events import', () => {
  let w: TestEnv;
  let run: (...argv: string[]) => Promise<CliRun>;
  let folder: string;
  beforeAll(async () => {
    w = await TestEnv.start();
    run = cliOn(w.t.database_url);
    folder = await mkdtemp(path.join(os.tmpdir(), 'events-'));
  });
  afterAll(async () => {
    await w.close();
    await rm(folder, { recursive: true });
  });

  const file = async (name: string, lines: string[]): Promise<string> => {
    const place = path.join(folder, name);
    await writeFile(place, lines.join('\n'));
    return place;
  };
  const events = (user_id: string): Promise<Json[]> =>
    w.sql('SELECT * FROM usage_events WHERE user_id = $1 ORDER BY request_id', [user_id]);

  it('records and charges a CSV file, and reports invalid lines', async () => {
    const user_id = await w.user();
    const csv = await file('events.csv', [
      'user_id,service,request_id,model,input_tokens,cost,charge,metadata,quantity,unit',
      `${user_id},tts,r1,"a, b",10,0.5,true,"{""a"":\n""x""}",1.5,second`,
      `${user_id},tts,r2,,ten,0.5,,,,`,
      '',
      `${user_id},tts,r3,,,0.25,,,,`,
      `${user_id},tts,r3,,,0.25,,,,`,
      `${user_id},tts,r4,,,,,,,,too much`,
      `,tts,r5,,,1,,,,`,
    ]);
    const first = await run('events', 'import', csv, '--json');
    expect(first.json()).toEqual({
      recorded: 3,
      duplicates: 1,
      error_count: 2,
      errors: [
        { line: 4, code: 'invalid_request', error: expect.stringContaining('input_tokens'), errors: expect.any(Array) },
        { line: 9, code: 'invalid_request', error: expect.stringContaining('user_id'), errors: expect.any(Array) },
      ],
    });
    expect(first.code).toBe(EXIT_USAGE);
    expect(await events(user_id)).toMatchObject([
      { request_id: 'r1', model: 'a, b', input_tokens: 10, metadata: { a: 'x' }, unit: 'second', source: 'import' },
      { request_id: 'r3', transaction_id: null },
      { request_id: 'r4' },
    ]);
    expect((await w.balance(user_id)).balance).toBe('4.500000');

    const again = await run('events', 'import', csv);
    expect(again.stdout).toContain('line 4: ');
    expect(again.stdout).toContain('Recorded 0, duplicates 4, invalid 2.');
    expect((await w.balance(user_id)).balance).toBe('4.500000');
  });

  it('imports thousands of JSON lines', async () => {
    const user_id = await w.user('10');
    const record = (i: number) => ({ user_id, service: 'stt', request_id: `r${i}`, cost: '0.001', settle: true });
    const lines = Array.from({ length: 2500 }, (_, i) => JSON.stringify(record(i)));
    const ndjson = await file('events.ndjson', [...lines, '{"half":', '7']);
    const imported = await run('events', 'import', ndjson, '--source', 'archive', '--json');
    const wrong = { code: 'invalid_request', error: expect.any(String) };
    expect(imported.json()).toMatchObject({
      recorded: 2500,
      duplicates: 0,
      error_count: 2,
      errors: [
        { line: 2501, ...wrong },
        { line: 2502, ...wrong },
      ],
    });
    const [sum] = await w.sql(
      `SELECT count(*)::int AS events, sum(total_cost)::text AS cost FROM usage_events WHERE user_id = $1 AND source = 'archive'`,
      [user_id],
    );
    expect(sum).toEqual({ events: 2500, cost: '2.5000000000' });
    await w.verify(user_id);
  });

  it('refuses a missing file, and an unknown file type', async () => {
    expect(await run('events', 'import', path.join(folder, 'none.csv'))).toMatchObject({ code: 5 });
    const other = await run('events', 'import', await file('events.txt', ['x']));
    expect(other.code).toBe(EXIT_USAGE);
    expect(other.stderr).toContain('must end in .csv');
  });

  it('imports past usage with --history: of any age, never charged, and once even when repeated', async () => {
    const user_id = await w.user();
    const csv = await file('history.csv', [
      'user_id,service,request_id,cost,charge,occurred_at',
      `${user_id},tts,h1,0.5,true,2021-05-05T10:00:00Z`,
      `${user_id},tts,h2,0.25,,2023-05-05T10:00:00Z`,
      `${user_id},tts,h3,0.25,,`,
      `${user_id},tts,h4,0.25,,2999-01-01T00:00:00Z`,
    ]);
    const first = await run('events', 'import', csv, '--history', '--json');
    expect(first.json()).toMatchObject({
      recorded: 2,
      duplicates: 0,
      error_count: 2,
      errors: [
        { line: 4, code: 'invalid_request', error: expect.stringContaining('occurred_at: must be given') },
        { line: 5, code: 'invalid_request', error: expect.stringContaining('must not be in the future') },
      ],
    });
    expect((await run('events', 'import', csv, '--history', '--json')).json()).toMatchObject({ duplicates: 2 });
    expect((await w.balance(user_id)).balance).toBe('5.000000');
    await w.rollUp();
    const days = (await w.list('usage/history', { user_id, from_date: '2021-05-05', to_date: '2021-05-05' })).body;
    expect(days.map(({ cost_metrics }) => (cost_metrics as Json).total_cost)).toEqual(['0.500000']);
    expect((await run('usage', 'verify')).code).toBe(0);
  });
});
