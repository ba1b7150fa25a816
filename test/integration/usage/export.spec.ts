import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseCsv } from 'hucre/csv';
import { readXlsx } from 'hucre/xlsx';
import { propertiesOf } from '../../../src/platform/http/view.js';
import { UsageEventView } from '../../../src/usage/tracking/track.dto.js';
import { TransactionView } from '../../../src/credits/credits.views.js';
import { amount, units } from '../../../src/platform/values/amount.js';
import { Database } from '../../../src/platform/database/database.js';
import { cliOn } from '../../support/cli.js';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';

const MANY = 20_000;
/** Characters of metadata that make the events large. */
const LARGE = 3_500;
const TIMEOUT_MS = 120_000;

let w: TestEnv;
let address: string;
beforeAll(async () => {
  w = await TestEnv.start();
  await w.t.app.listen(0, '127.0.0.1');
  address = `${await w.t.app.getUrl()}/api/v1`;
});
afterAll(() => w.close());

/** An answer as it comes over the network, not yet read. */
async function opened(path: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${w.admin}` };
  return new Promise((resolve, reject) =>
    get(`${address}/${path}`, { headers, agent: false }, resolve).once('error', reject),
  );
}

/** Lines one by one; no more of the answer is read than they need. */
async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = (rest + (chunk as string)).split('\r\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Events every few seconds, written by SQL: their costs are 1 to `count` units of 10^-10 credits. */
async function manyEvents(user_id: string, count: number): Promise<void> {
  await w.sql(
    `INSERT INTO usage_events (user_id, service, model, tokens_used, input_tokens, provider_cost, total_cost, request_id, metadata, occurred_at)
     SELECT $1, 'openrouter', 'openai/gpt-4o-mini', n, n, n * 0.0000000001, n * 0.0000000001, 'many-' || n, jsonb_build_object('note', repeat('x', $3::int)),
       '2026-01-01T00:00:00Z'::timestamptz + n / 3 * interval '1 second' FROM generate_series(1, $2::int) AS n`,
    [user_id, count, LARGE],
  );
}

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory in use, bytes, of JavaScript and of buffers. */
function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const csv = (text: string): Json[] => {
  const [header = [], ...rows] = parseCsv(text) as string[][];
  return rows.map((row) => Object.fromEntries(header.map((name, n) => [name, row[n]])));
};

describe('an export of the ledger', () => {
  async function account(): Promise<string> {
    const user_id = await w.user('100');
    await w.deduct(user_id, '1.0000000001', { model: '=HYPERLINK("http://evil")' });
    await w.done('credits/refund', { user_id, amount: '0.5', reason: '+1, sorry' });
    return user_id;
  }

  it('is a file with every line, oldest first, under the names of JSON', async () => {
    const user_id = await account();
    const { status, headers, text } = await w.get('credits/transactions/export', { user_id });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(headers['content-disposition']).toBe('attachment; filename="transactions.csv"');
    const lines = csv(text);
    expect(Object.keys(lines[0]!)).toEqual(propertiesOf(TransactionView));
    expect(lines.map(({ amount }) => amount)).toEqual(['5.000000', '95.000000', '-1.0000000001', '0.500000']);
    expect(lines.map(({ id }) => id)).toEqual((await w.ledger(user_id)).map(({ id }) => id));
    expect(lines[2]?.model).toBe(`'=HYPERLINK("http://evil")`);
    expect(lines[3]?.description).toBe("'+1, sorry");
  });

  it('says in JSON what the list says', async () => {
    const user_id = await account();
    const { headers, body } = await w.list('credits/transactions/export', { user_id, format: 'json' });
    expect(headers['content-type']).toContain('application/json');
    expect(body).toEqual((await w.list('credits/transactions', { user_id })).body.toReversed());
  });

  it('opens in Excel when it is made for it', async () => {
    const user_id = await account();
    const plain = await w.get('credits/transactions/export', { user_id });
    const { text } = await w.get('credits/transactions/export', { user_id, excel: 'true' });
    expect(text).toBe(`\uFEFFsep=,\r\n${plain.text}`);
  });

  it('has only the lines asked for', async () => {
    const user_id = await account();
    const ask = async (query: Record<string, string>) =>
      csv((await w.get('credits/transactions/export', { user_id, ...query })).text).map(({ amount }) => amount);
    expect(await ask({ type: 'refund' })).toEqual(['0.500000']);
    expect(await ask({ date_to: '2020-01-01' })).toEqual([]);
    const named = await w.get('credits/transactions/export', {
      user_id,
      date_from: '2026-01-01',
      date_to: '2026-01-31',
    });
    expect(named.headers['content-disposition']).toContain('"transactions-from-2026-01-01-to-2026-01-31.csv"');
  });

  it('goes through several pages without losing or doubling a line', async () => {
    const user_id = await w.user();
    await w.sql(
      `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, actor, created_at)
       SELECT gen_random_uuid(), $1, -1, 0, 'usage', 'a-test', '2026-01-01'::timestamptz + n / 7 * interval '1 second'
       FROM generate_series(1, 3500) AS n`,
      [user_id],
    );
    const lines = csv((await w.get('credits/transactions/export', { user_id })).text);
    expect(lines).toHaveLength(3501);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(3501);
  });

  it('refuses a form it does not know, and other people', async () => {
    const user_id = await account();
    expect((await w.get('credits/transactions/export', { user_id, format: 'pdf' })).status).toBe(422);
    expect((await w.get('credits/transactions/export', { user_id }, await w.as('someone'))).status).toBe(403);
  });
});

describe('an export of usage', () => {
  it.each(['csv', 'json', 'xlsx', 'txt'])('is a %s of the days asked for', async (format) => {
    const user_id = await w.user();
    await w.events(
      user_id,
      { occurred_at: '2026-03-01T23:30:00Z', total_cost: '0.0000000531', tokens_used: 5 },
      { occurred_at: '2026-03-02T12:00:00Z', service: 'tts' },
    );
    const query = { user_id, format, from_date: '2026-03-01', to_date: '2026-03-01' };
    const { status, headers, text } = await w.get('usage/export', query);
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe(`attachment; filename="usage-from-2026-03-01-to-2026-03-01.${format}"`);
    if (format === 'xlsx') return;
    expect(text).toContain('0.0000000531');
    expect(text).not.toContain('tts');
    expect((await w.get('usage/export', { ...query, tz: 'Asia/Tokyo' })).text).not.toContain('0.0000000531');
  });

  it('is a workbook that spreadsheets can read', async () => {
    const user_id = await w.user();
    await w.events(user_id, { occurred_at: '2026-03-01T23:30:00Z', total_cost: '0.0000000531', tokens_used: 5 });
    const answer = await opened(`usage/export?user_id=${user_id}&format=xlsx&from_date=2026-03-01&to_date=2026-03-01`);
    const { sheets } = await readXlsx(Buffer.concat((await answer.toArray()) as Buffer[]));
    const [names = [], row = []] = sheets[0]?.rows ?? [];
    expect(names).toEqual(propertiesOf(UsageEventView));
    expect(row[names.indexOf('total_cost')]).toBe(0.0000000531);
    expect(row[names.indexOf('occurred_at')]).toEqual(new Date('2026-03-01T23:30:00Z'));
  });

  it('is empty but for the header for an account without usage', async () => {
    const { text } = await w.get('usage/export', { user_id: await w.user() });
    expect(text).toBe(`${propertiesOf(UsageEventView).join(',')}\r\n`);
  });
});

describe('an export of very many events', () => {
  let user_id: string;
  beforeAll(async () => {
    user_id = await w.user();
    await manyEvents(user_id, MANY);
  }, TIMEOUT_MS);

  const path = (format: string) =>
    `usage/export?user_id=${user_id}&format=${format}&from_date=2026-01-01&to_date=2026-01-31`;

  it(
    'needs no more memory than one of few, and its sums are exact',
    async () => {
      const before = memoryInUse();
      const answer = await opened(path('csv'));
      const seen = { rows: 0, bytes: 0, cost: 0n, peak: 0 };
      const column = propertiesOf(UsageEventView).indexOf('total_cost');
      for await (const line of linesOf(answer)) {
        seen.bytes += line.length;
        if (seen.rows > 0) seen.cost += units(line.split(',')[column]!);
        seen.rows += 1;
        if (seen.rows % 4_000 === 0) seen.peak = Math.max(seen.peak, memoryInUse());
      }
      expect(seen.rows).toBe(MANY + 1);
      expect(amount(seen.cost)).toBe(amount((BigInt(MANY) * BigInt(MANY + 1)) / 2n));
      expect(seen.bytes).toBeGreaterThan(MANY * LARGE);
      expect(seen.peak - before).toBeLessThan(60e6);
    },
    TIMEOUT_MS,
  );

  it(
    'holds no connection of the database while its readers take their time, nor when they hang up',
    async () => {
      const { pool } = w.t.app.get(Database);
      const answers = await Promise.all(Array.from({ length: pool.options.max + 2 }, () => opened(path('json'))));
      await Promise.all(answers.map((answer) => new Promise((resolve) => answer.once('readable', resolve))));
      expect((await w.get('credits/balance', { user_id })).status).toBe(200);
      for (const answer of answers) answer.destroy();
      await eventually(() => pool.totalCount === pool.idleCount && pool.waitingCount === 0);
    },
    TIMEOUT_MS,
  );
});

describe('the command line', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tollgate-export-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const cli = (...argv: string[]) => cliOn(w.t.database_url)(...argv);

  it('writes the events of an account to a file, as HTTP does', async () => {
    const user_id = await w.user();
    await w.events(user_id, { occurred_at: '2026-03-01T12:00:00Z', total_cost: '0.25' });
    const range = ['--from', '2026-03-01', '--to', '2026-03-31'];
    const output = join(folder, 'events.csv');
    const run = await cli('usage', 'export', user_id, '--output', output, ...range);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toBe(`Wrote ${output} (events: 1).\n`);
    const query = { user_id, from_date: '2026-03-01', to_date: '2026-03-31' };
    expect(await readFile(output, 'utf8')).toBe((await w.get('usage/export', query)).text);
  });

  it('writes the ledger of an account to a file', async () => {
    const user_id = await w.user('7');
    const output = join(folder, 'ledger.json');
    const run = await cli('transactions', 'export', user_id, '--format', 'json', '--output', output, '--json');
    expect(run.json()).toEqual({ file: output, rows: 2 });
    expect(JSON.parse(await readFile(output, 'utf8'))).toHaveLength(2);
  });

  it('leaves no half a file behind, and says what is wrong', async () => {
    const run = await cli('usage', 'export', await w.user(), '--output', join(folder, 'no/such/folder.csv'));
    expect(run.code).toBe(2);
    expect(run.stderr).toBe(`tollgate: --output: there is no folder ${join(folder, 'no/such')}; create it first\n`);
    expect((await readdir(folder)).filter((name) => name.includes('part') || name === 'no')).toEqual([]);
  });

  it('takes the place of a file only when it is told to', async () => {
    const user_id = await w.user();
    const output = join(folder, 'kept.csv');
    await writeFile(output, 'mine');
    const run = await cli('transactions', 'export', user_id, '--output', output);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(`${output} already exists; choose another name, or add --force`);
    expect(await readFile(output, 'utf8')).toBe('mine');
    expect((await cli('transactions', 'export', user_id, '--output', output, '--force')).code).toBe(0);
    expect(await readFile(output, 'utf8')).toContain(user_id);
  });
});
