import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { strFromU8, unzipSync } from 'fflate';
import { parseCsv } from 'hucre/csv';
import { EXPORTED_TABLES } from '../../../src/accounts/exported-tables.js';
import { LEFT_OUT } from '../../../src/accounts/left-out-tables.js';
import { amount, units } from '../../../src/platform/values/amount.js';
import { Database } from '../../../src/platform/database/database.js';
import { cliOn } from '../../support/cli.js';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';
import { knownEverywhere } from '../../support/known-everywhere.js';

let w: TestEnv;
let address: string;
beforeAll(async () => {
  w = await TestEnv.start();
  await w.t.app.listen(0, '127.0.0.1');
  address = `${await w.t.app.getUrl()}/api/v1`;
});
afterAll(() => w.close());

const MANY = 10_000;
/** Number of chunks between two measurements of memory, which take longer than reading some chunks. */
const SAMPLE_EVERY = 10;

type Files = Record<string, string>;

const filesOf = (bytes: Uint8Array): Files =>
  Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]));

async function download(path: string, token: string): Promise<{ headers: Headers; files: Files }> {
  const answer = await fetch(`${address}/${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return { headers: answer.headers, files: filesOf(new Uint8Array(await answer.arrayBuffer())) };
}

function rowsOf(files: Files, name: string): Json[] {
  const [header = [], ...rows] = parseCsv(files[name]!) as string[][];
  return rows.map((row) => Object.fromEntries(header.map((column, n) => [column, row[n]])));
}

const sumOf = (rows: Json[]): string => amount(rows.reduce((sum, row) => sum + units(String(row.amount)), 0n));

const whole = (files: Files) => JSON.parse(files['account.json']!) as { account: Json; user_ids: string[] } & Json;

const everything = (user_id: string) => download(`admin/accounts/${encodeURIComponent(user_id)}/export`, w.admin);

describe('an account export', () => {
  it('is a zip archive with one file per table, whose ledger adds up to the balance', async () => {
    const { user_id, mark } = await knownEverywhere(w);
    const { headers, files } = await everything(user_id);
    expect(headers.get('content-type')).toBe('application/zip');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="account-[\w.@-]+\.zip"$/);
    expect(Object.keys(files)).toEqual(['README.txt', 'account.json', ...EXPORTED_TABLES.map(({ file }) => file)]);
    const { account } = whole(files);
    const ledger = rowsOf(files, 'ledger.csv');
    expect(ledger.map(({ id }) => id)).toEqual((await w.ledger(user_id)).map(({ id }) => id));
    expect(sumOf(ledger)).toBe(amount(units(String(account.balance)) - units(String(account.debt))));
    const filled = EXPORTED_TABLES.map(({ file }) => file).filter((file) => rowsOf(files, file).length > 0);
    const ofOrganizations = ['organization.csv', 'members.csv', 'invitations.csv', 'cost-centers.csv'];
    const empty = ['refunds.csv', 'disputes.csv', 'automatic-top-up.csv', ...ofOrganizations];
    expect(EXPORTED_TABLES.map(({ file }) => file).filter((file) => !filled.includes(file))).toEqual(empty);
    for (const file of filled) expect(files[file]).toContain(mark);
    expect(files['README.txt']).toContain(user_id);
  });

  it('contains no secrets', async () => {
    const { user_id } = await knownEverywhere(w);
    const { files } = await everything(user_id);
    const all = Object.values(files).join('\n');
    expect(rowsOf(files, 'own-keys.csv')).toHaveLength(1);
    expect(all).not.toContain('xxxxxxxx');
    expect(all).not.toContain('encrypted_key');
  });

  it('includes the accounts merged into it', async () => {
    const before = await w.user('30');
    await w.deduct(before, '2.5');
    const user_id = `after-${before}`;
    await w.done(`admin/accounts/${before}/move`, { to: user_id });
    const { files } = await everything(user_id);
    expect(whole(files).user_ids.toSorted()).toEqual([user_id, before].toSorted());
    expect(files['README.txt']).toContain(`Accounts merged into it: ${before}`);
    expect(sumOf(rowsOf(files, 'ledger.csv'))).toBe('27.500000');
  });

  it('is audited, and opens no account for an unknown user', async () => {
    const user_id = await w.user();
    await everything(user_id);
    const [entry] = await w.audit(user_id, 'account.export');
    expect(entry).toMatchObject({ actor: 'an-admin', resource_id: user_id, result: 'success' });
    expect(await w.get('admin/accounts/nobody-at-all/export')).toMatchObject({ status: 404 });
    expect(await w.get(`admin/accounts/${user_id}/export`, {}, w.service)).toMatchObject({ status: 403 });
  });

  it('covers every table with users', async () => {
    const tables = await w.sql(`SELECT table_name AS name FROM information_schema.columns
      JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND column_name = 'user_id' AND table_type = 'BASE TABLE'
        AND NOT EXISTS (SELECT FROM pg_class WHERE relname = table_name AND relispartition)`);
    const exported = new Set(EXPORTED_TABLES.map(({ table }) => table));
    const known = [...exported, ...Object.keys(LEFT_OUT)];
    expect(tables.map(({ name }) => String(name)).toSorted()).toEqual(known.toSorted());
  });
});

describe('the export for a user', () => {
  it('is the same, except for who of the operators acted, from where and why', async () => {
    const user_id = await w.user('30');
    await w.done(`admin/accounts/${user_id}/suspend`, { reason: 'a chargeback under review' });
    const { files } = await download('account/export', await w.as(user_id));
    expect(whole(files).account).toMatchObject({ user_id, balance: '30.000000' });
    expect(Object.values(files).join('\n')).not.toContain('under review');
    const audit = rowsOf(files, 'audit.csv');
    const act = (action: string) => audit.find((entry) => entry.action === action);
    expect(act('account.suspend')).toMatchObject({ actor: '', ip: '', metadata: '{}' });
    expect(act('account.export')).toMatchObject({ actor: user_id });
  });

  it('contains nothing about others', async () => {
    const [ann, bob] = [await w.user('7'), await w.user('8')];
    const { files } = await download('account/export', await w.as(ann));
    expect(Object.values(files).join('\n')).not.toContain(bob);
    expect(await w.get('account/export', { user_id: bob }, await w.as(ann))).toMatchObject({ status: 403 });
    expect((await download(`account/export?user_id=${bob}`, w.service)).files['README.txt']).toContain(bob);
  });
});

describe('a very large archive', () => {
  setFlagsFromString('--expose_gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const memoryInUse = (): number => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };

  it('needs memory for a few pages, and releases its connection when the reader disconnects', async () => {
    const user_id = await w.user();
    await w.sql(
      `INSERT INTO usage_events (user_id, service, request_id, metadata, occurred_at)
       SELECT $1, 'tts', 'many-' || n, jsonb_build_object('note', md5(n::text) || repeat('x', 3000)),
         '2026-01-01'::timestamptz + n / 3 * interval '1 second' FROM generate_series(1, $2::int) AS n`,
      [user_id, MANY],
    );
    const open = () =>
      new Promise<NodeJS.ReadableStream & { destroy(): void }>((resolve, reject) => {
        const headers = { authorization: `Bearer ${w.admin}` };
        get(`${address}/admin/accounts/${user_id}/export`, { headers, agent: false }, resolve).once('error', reject);
      });
    const before = memoryInUse();
    const [chunks, peaks]: [Buffer[], number[]] = [[], []];
    for await (const chunk of await open()) {
      chunks.push(chunk as Buffer);
      if (chunks.length % SAMPLE_EVERY === 0) peaks.push(memoryInUse());
    }
    const bytes = Buffer.concat(chunks);
    expect(peaks.length).toBeGreaterThan(1);
    expect(Math.max(...peaks) - bytes.length - before).toBeLessThan(45e6); // all rows and bytes together would be 60 MB
    expect(rowsOf(filesOf(bytes), 'usage.csv')).toHaveLength(MANY);
    (await open()).destroy();
    const { pool } = w.t.app.get(Database);
    await eventually(() => pool.totalCount === pool.idleCount && pool.waitingCount === 0);
  }, 120_000);
});

describe('tollgate accounts export', () => {
  it('writes the archive to a file, and overwrites none without --force', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tollgate-export-'));
    const user_id = await w.user('12');
    const output = join(folder, 'ann.zip');
    const run = () => cliOn(w.t.database_url)('accounts', 'export', user_id, '--output', output, '--json');
    expect((await run()).json()).toMatchObject({ file: output, rows: expect.any(Number) });
    expect(sumOf(rowsOf(filesOf(await readFile(output)), 'ledger.csv'))).toBe('12.000000');
    expect((await run()).code).toBe(2);
    expect((await w.audit(user_id, 'account.export')).map(({ actor }) => actor)).toEqual([
      expect.stringMatching(/^cli:/),
    ]);
    await rm(folder, { recursive: true });
  });
});
