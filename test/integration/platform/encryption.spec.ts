import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { createApp } from '../../../src/app/setup.js';
import { TokenSigner } from '../../../src/auth/token-signer.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { TEST_SECRET } from '../../support/app.js';
import { type CliRun, cliOn } from '../../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { dumpOf } from '../../support/dump.js';
import { fernetToken } from '../../support/fernet.js';

const OLD = KeyRing.make('old');
const NEW = KeyRing.make('new');

let db: TestDatabase;
let dir: string;
beforeAll(async () => {
  db = await createTestDatabase();
  dir = await mkdtemp(path.join(tmpdir(), 'tollgate-keys-'));
});
afterAll(async () => {
  await db.drop();
  await rm(dir, { recursive: true });
});

const newKey = (): string => `sk-or-v1-${randomBytes(16).toString('hex')}`;
const cli = (keys: string, ...argv: string[]): Promise<CliRun> =>
  cliOn(db.url, { ENCRYPTION_KEYS: keys })('encryption', ...argv, '--json');

async function plant(keys: string, count: number): Promise<Map<string, string>> {
  const ring = KeyRing.parse(keys)!;
  const planted = new Map(Array.from({ length: count }, () => [`user-${randomUUID()}`, newKey()]));
  await db.pool.query(
    `INSERT INTO openrouter_accounts (user_id, encrypted_key, key_hint)
     SELECT user_id, encrypted_key, 'sk-or-v1-...' FROM unnest($1::text[], $2::text[]) AS planted (user_id, encrypted_key)`,
    [[...planted.keys()], [...planted].map(([user_id, api_key]) => ring.seal(api_key, user_id))],
  );
  return planted;
}

/** Reads the stored keys of some users. */
async function readBack(keys: string, users: Iterable<string>): Promise<Map<string, string>> {
  const { rows } = await db.pool.query<{ user_id: string; encrypted_key: string }>(
    'SELECT user_id, encrypted_key FROM openrouter_accounts WHERE user_id = ANY ($1)',
    [[...users]],
  );
  const ring = KeyRing.parse(keys)!;
  return new Map(rows.map(({ user_id, encrypted_key }) => [user_id, ring.open(encrypted_key, user_id)]));
}

describe('a planted key', () => {
  it('appears in no table, log line, answer or audit entry, whatever happens to it', async () => {
    const openrouter = await OpenRouterStandIn.start();
    const lines: string[] = [];
    const config = loadConfig({
      NODE_ENV: 'test',
      LOG_LEVEL: 'trace',
      JWT_SECRET: TEST_SECRET,
      DATABASE_URL: db.url,
      OPENROUTER_BASE_URL: openrouter.base_url,
      OPENROUTER_TIMEOUT_MS: '2000',
      ENCRYPTION_KEYS: NEW,
    });
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const app = await createApp(config, [], logger);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    const token = await app.get(TokenSigner).signToken({ user_id: 'planter', roles: ['user'], ttl_s: 60 });
    const key = newKey();
    const answers: string[] = [];
    const call = async (method: 'GET' | 'POST' | 'DELETE', name: string, payload?: object): Promise<number> => {
      const url = `/api/v1/credits/openrouter/${name}`;
      const headers = { authorization: `Bearer ${token}` };
      const {
        statusCode,
        headers: sent,
        body,
      } = await app.inject({ method, url, headers, ...(payload && { payload }) });
      answers.push(JSON.stringify(sent), body);
      return statusCode;
    };
    expect(await call('POST', 'create-account', { api_key: key })).toBe(201);
    expect(await call('GET', 'account')).toBe(200);
    expect(await call('POST', 'sync-balance')).toBe(200);
    expect(await call('POST', 'create-account', { api_key: `${key} ` })).toBe(422);
    expect(await call('POST', 'create-account', { api_key: key, email: 7 })).toBe(422);
    expect(await call('POST', 'create-account', { api_key: [key], email: key })).toBe(422);
    expect(await call('GET', `account?user_id=${key}`)).toBe(403);
    for (const behaviour of [{ status: 500, message: key }, { garbage: true }, { reset: true }]) {
      openrouter.behaviour = behaviour;
      expect(await call('POST', 'create-account', { api_key: key })).toBe(503);
      expect(await call('POST', 'sync-balance')).toBe(503);
    }
    openrouter.behaviour = { hang: true };
    expect(await call('POST', 'sync-balance')).toBe(503);
    openrouter.behaviour = { status: 401, message: `No such key: ${key}` };
    expect(await call('POST', 'sync-balance')).toBe(422);
    const dumps = [await dumpOf(db.pool)];
    await db.pool.query(`UPDATE openrouter_accounts SET encrypted_key = 'gone.AAAA' WHERE user_id = 'planter'`);
    expect(await call('POST', 'sync-balance')).toBe(500);
    await app.close();
    await openrouter.stop();
    expect(openrouter.calls.filter(({ api_key }) => api_key === key).length).toBeGreaterThan(8);
    expect(dumps[0]).toContain('planter,');
    expect(lines.join('')).toContain('is not in ENCRYPTION_KEYS');
    expect(lines.join('')).toContain('"route":"/api/v1/credits/openrouter/sync-balance"');
    const secret = key.slice('sk-or-v1-'.length, -4);
    const base64 = Buffer.from(secret.slice(0, 24)).toString('base64');
    for (const place of [...dumps, await dumpOf(db.pool), lines.join(''), answers.join('')]) {
      expect(place).not.toContain(secret);
      expect(place).not.toContain(base64);
    }
  });

  it('cannot be stored unencrypted, not even by hand', async () => {
    const insert = 'INSERT INTO openrouter_accounts (user_id, encrypted_key, key_hint) VALUES ($1, $2, $3)';
    await expect(db.pool.query(insert, ['x', newKey(), 'x'])).rejects.toThrow('key_is_encrypted');
    await expect(db.pool.query(insert, ['x', 'a.AAAA', newKey()])).rejects.toThrow('value too long');
  });
});

describe('tollgate encryption rotate', () => {
  it('re-encrypts every key with the current key, so that the old one can be removed', async () => {
    const planted = await plant(OLD, 600);
    const run = await cli(`${NEW},${OLD}`, 'rotate');
    expect([run.code, run.json()]).toEqual([1, { key_id: 'new', rotated: 600, unreadable: ['planter'] }]);
    expect(await readBack(NEW, planted.keys())).toEqual(planted);
    await db.pool.query(`DELETE FROM openrouter_accounts WHERE user_id = 'planter'`);
    const again = await cli(NEW, 'rotate');
    expect([again.code, again.json()]).toEqual([0, { key_id: 'new', rotated: 0, unreadable: [] }]);
  });

  it('leaves unreadable keys unchanged and names their users', async () => {
    const planted = await plant(OLD, 1);
    const [user_id] = planted.keys();
    const run = await cli(NEW, 'rotate');
    expect([run.code, run.json()]).toMatchObject([1, { rotated: 0, unreadable: [user_id] }]);
    expect(await readBack(OLD, planted.keys())).toEqual(planted);
    await db.pool.query('DELETE FROM openrouter_accounts WHERE user_id = $1', [user_id]);
  });

  it('requires encryption keys', async () => {
    const run = await cliOn(db.url)('encryption', 'rotate');
    expect([run.code, run.stderr]).toMatchObject([6, expect.stringContaining('ENCRYPTION_KEYS')]);
  });
});

describe('tollgate encryption import-fernet', () => {
  const fernet = randomBytes(32);

  const token = (text: string): string => fernetToken(fernet, text);

  async function files(lines: unknown[], key = `${fernet.toString('base64url')}=\n`): Promise<[string, string]> {
    const name = path.join(dir, randomUUID());
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    await Promise.all([writeFile(name, `${text}\n`), writeFile(`${name}.key`, key)]);
    return [name, `${name}.key`];
  }

  it('imports the keys, reports invalid lines, and can be repeated', async () => {
    const [ann, bob] = [`ann-${randomUUID()}`, `bob-${randomUUID()}`];
    const [annKey, bobKey] = [newKey(), newKey()];
    const [file, keyFile] = await files([
      { user_id: ann, api_key_encrypted: token(annKey), email: 'ann@example.com' },
      `not json: ${annKey}`,
      { user_id: bob, api_key_encrypted: token(bobKey), email: null },
      { user_id: 'carl', api_key_encrypted: `${token(newKey())}A` },
      { user_id: 'dora', api_key_encrypted: token('sk-proj-of-somebody-else') },
      { user_id: '', api_key_encrypted: token(newKey()) },
    ]);
    const run = await cli(NEW, 'import-fernet', file, '--key-file', keyFile);
    expect([run.code, run.json()]).toMatchObject([
      2,
      {
        imported: 2,
        kept: 0,
        faults: [
          { line: 2, message: 'is not valid JSON' },
          { line: 4, message: 'api_key_encrypted was not encrypted with this Fernet key' },
          { line: 5, message: 'api_key_encrypted does not contain an OpenRouter key' },
          { line: 6, message: expect.stringContaining('user_id') },
        ],
      },
    ]);
    expect(run.stdout + run.stderr).not.toContain(annKey);
    const taken = { [ann]: annKey, [bob]: bobKey };
    expect(Object.fromEntries(await readBack(NEW, [ann, bob]))).toEqual(taken);
    const { rows } = await db.pool.query('SELECT user_id, email, is_active, last_synced FROM openrouter_accounts');
    expect(rows).toContainEqual({ user_id: ann, email: 'ann@example.com', is_active: true, last_synced: null });
    const again = await cli(NEW, 'import-fernet', file, '--key-file', keyFile);
    expect(again.json()).toMatchObject({ imported: 0, kept: 2 });
  });

  it('requires a valid key in an existing file', async () => {
    const [file, keyFile] = await files([], 'hunter2');
    const wrong = await cli(NEW, 'import-fernet', file, '--key-file', keyFile);
    expect([wrong.code, wrong.stderr]).toMatchObject([2, expect.stringContaining('must contain a Fernet key')]);
    expect(wrong.stderr).not.toContain('hunter2');
    const missing = await cli(NEW, 'import-fernet', file, '--key-file', `${keyFile}.no`);
    expect([missing.code, missing.stderr]).toMatchObject([2, expect.stringContaining('cannot be read (ENOENT)')]);
  });
});
