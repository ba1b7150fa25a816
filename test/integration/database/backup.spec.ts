import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { serve } from '../../../src/app/serve.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { startEmbedded } from '../../../src/platform/embedded/embedded-postgres.js';
import { applyMigrations } from '../../../src/platform/schema/engine.js';
import { dumpOf } from '../../support/dump.js';
import { fillTables } from '../../support/sample-rows.js';

const PASSPHRASE = 'correct horse battery staple';

describe('a backup of the embedded database', () => {
  let home: string;
  let file: string;
  let before: string;
  const folder = (name: string): string => path.join(home, name);

  async function tollgate(data_dir: string, ...argv: string[]): Promise<{ code: number; out: string }> {
    // nest-commander is CommonJS and requires Nest, which Jest can only give it once Nest is loaded
    const { runCli } = await import('../../../src/cli/run.js');
    let out = '';
    const stream = { write: (text: string) => (out += text) };
    const env = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: folder(data_dir), PRICE_SYNC: 'off', PORT: '0' };
    return { code: await runCli(argv, { stdout: stream, stderr: stream, env }), out };
  }

  /** Everything in the database of a folder, the history of its migrations and statistics of queues aside. */
  async function contents(data_dir: string): Promise<string> {
    const server = await startEmbedded({ dataDir: folder(data_dir), kind: 'tool', log: () => undefined });
    const pool = new pg.Pool({ connectionString: server.url, options: '-c TimeZone=UTC' });
    try {
      const rows = (JSON.parse(await dumpOf(pool)) as { row: string }[][]).flat().map(({ row }) => row);
      return rows
        .filter((row) => !/^\([0-9a-f-]{36},[0-9a-f]{64},/.test(row))
        .sort()
        .join('\n');
    } finally {
      await pool.end();
      await server.stop();
    }
  }

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'tollgate-backup-'));
    await chmod(home, 0o755); // the server's user must pass through it
    file = path.join(home, 'backup');
    await writeFile(path.join(home, 'passphrase'), `${PASSPHRASE}\n`);
    await writeFile(path.join(home, 'other'), 'another passphrase\n');
    const server = await startEmbedded({ dataDir: folder('one'), log: () => undefined });
    await applyMigrations(server.url);
    const db = new pg.Client({ connectionString: server.url });
    await db.connect();
    await fillTables(db);
    await db.query(`INSERT INTO audit_logs (user_id, action, result, actor, resource_type, metadata)
      SELECT 'ann', 'long', 'success', 'ops', 'account', jsonb_build_object('text', repeat(md5(n::text), 40), 'odd', E'tab\\t\\\\N "x"')
      FROM generate_series(1, 3000) AS n`);
    await db.end();
    await server.stop();
    before = await contents('one');
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('is one file that only its owner can read, and only with the passphrase', async () => {
    const { code, out } = await tollgate(
      'one',
      'backup',
      '--output',
      file,
      '--passphrase-file',
      path.join(home, 'passphrase'),
    );
    expect([out, code]).toEqual([expect.stringMatching(/^Wrote \d+ tables and the secrets of /), 0]);
    const content = await readFile(file);
    // long enough to be in no random bytes
    expect(content.includes('credit_transactions')).toBe(false);
    expect(content.includes(await readFile(folder('one/jwt-secret')))).toBe(false);
    const again = await tollgate('one', 'backup', '--output', file, '--passphrase-file', path.join(home, 'passphrase'));
    expect(again).toEqual({ code: 4, out: expect.stringContaining('already exists') });
  });

  it('restores every row and the secrets in another folder, and verifies the ledger', async () => {
    const { code, out } = await tollgate('two', 'restore', file, '--passphrase-file', path.join(home, 'passphrase'));
    expect([out, code]).toEqual(['Restored and verified: 1 account and 2 ledger lines are consistent.\n', 0]);
    expect(await contents('two')).toBe(before);
    for (const secret of ['jwt-secret', 'encryption-keys']) {
      expect(await readFile(folder(`two/${secret}`), 'utf8')).toBe(await readFile(folder(`one/${secret}`), 'utf8'));
    }
    const env = { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: folder('two'), PRICE_SYNC: 'off', PORT: '0' };
    const service = await serve(loadConfig(env));
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    await service.stop();
  });

  it('replaces a database only with --replace, and only if it can be read', async () => {
    const restore = (...more: string[]) => tollgate('two', 'restore', file, '--passphrase-file', ...more);
    expect(await restore(path.join(home, 'passphrase'))).toEqual({
      code: 4,
      out: expect.stringContaining('--replace'),
    });
    const wrong = await restore(path.join(home, 'other'), '--replace');
    expect(wrong).toEqual({ code: 2, out: expect.stringContaining('passphrase is wrong') });
    const cut = path.join(home, 'cut');
    await writeFile(cut, (await readFile(file)).subarray(0, -1));
    const argv = ['restore', cut, '--replace', '--passphrase-file', path.join(home, 'passphrase')];
    expect(await tollgate('two', ...argv)).toEqual({ code: 2, out: expect.stringContaining('damaged') });
    expect((await restore(path.join(home, 'passphrase'), '--replace')).code).toBe(0);
    expect(await contents('two')).toBe(before);
    expect((await readdir(home)).sort()).toEqual(['backup', 'cut', 'one', 'other', 'passphrase', 'two']);
  });
});
