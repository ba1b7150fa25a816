import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { cliOn } from '../../support/cli.js';
import { type Json, type JsonAnswer, TestEnv } from '../../support/factories.js';

const ENCRYPTION_KEYS = KeyRing.make('k1');
let w: TestEnv;
let dir: string;
beforeAll(async () => {
  w = await TestEnv.start({ env: { ENCRYPTION_KEYS } });
  dir = await mkdtemp(path.join(tmpdir(), 'tollgate-api-keys-'));
});
afterAll(async () => {
  await w.close();
  await rm(dir, { recursive: true });
});

/** Runs a command that succeeds, and returns the JSON that it prints. */
async function keys(...argv: string[]): Promise<Json> {
  const run = await cliOn(w.t.database_url, { ENCRYPTION_KEYS })('keys', ...argv, '--json');
  expect(run).toMatchObject({ code: 0 });
  return JSON.parse(run.stdout) as Json;
}
const me = (token: string): Promise<JsonAnswer> => w.get('me', {}, token);

describe('tollgate keys', () => {
  it('creates, lists, rotates, pauses, resumes and revokes', async () => {
    const user = await w.user('5');
    const made = await keys('create', '--user', user, '--name', 'Notebook', '--scopes', 'gateway', 'balance:read');
    expect((await me(String(made.key))).body).toMatchObject({ user_id: user, scopes: ['gateway', 'balance:read'] });
    const id = String(made.id);
    expect(await keys('list', '--user', user)).toMatchObject([{ id, name: 'Notebook', status: 'active' }]);
    const rotated = await keys('rotate', id, '--grace-seconds', '60');
    expect((await me(String(rotated.key))).body).toMatchObject({ user_id: user });
    expect(await keys('pause', id, '--reason', 'Lost')).toMatchObject({ status: 'paused', paused_reason: 'Lost' });
    expect(await keys('resume', id)).toMatchObject({ status: 'active' });
    expect(await keys('revoke', id)).toEqual({ id, revoked: true });
    expect(await keys('list', '--user', user, '--status', 'revoked')).toMatchObject([{ id }]);
  });
});

describe('tollgate keys import', () => {
  it("takes over LiteLLM's keys, which work from the first call, and is safe to repeat", async () => {
    const [ann, bob] = [await w.user('5'), await w.user('5')];
    const secret = `sk-${randomUUID()}`;
    const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
    const rows = [
      {
        token: hashOf(secret),
        key_alias: 'Ann',
        key_name: 'sk-...abcd',
        user_id: ann,
        models: ['all-proxy-models'],
        rpm_limit: 60,
        tpm_limit: null,
        expires: '2099-01-01T00:00:00+00:00',
        blocked: null,
        spend: 1.5,
      },
      { token: hashOf('sk-other'), key_alias: null, user_id: bob, models: ['openai/gpt-4o-mini'], blocked: true },
      { token: 'plain', user_id: ann },
    ];
    const file = path.join(dir, 'keys.jsonl');
    await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const run = () => cliOn(w.t.database_url, { ENCRYPTION_KEYS })('keys', 'import', file, '--json');
    const faults = [{ line: 3, message: 'key_hash: must be the SHA-256 of the secret, in hexadecimal' }];
    expect(JSON.parse((await run()).stdout)).toEqual({ imported: 2, known: 0, faults });
    expect(JSON.parse((await run()).stdout)).toEqual({ imported: 0, known: 2, faults });
    expect((await me(secret)).body).toMatchObject({ user_id: ann, api_key: { name: 'Ann', requests_per_minute: 60 } });
    expect(await me('sk-other')).toMatchObject({ status: 403, body: { code: 'key_paused' } });
    expect(await keys('list', '--user', bob)).toMatchObject([
      { allowed_models: ['openai/gpt-4o-mini'], status: 'paused', start: 'sk-...' },
    ]);
  });
});

describe('ten thousand wrong keys', () => {
  it('are refused, share look-ups, and are limited by their address', async () => {
    const { ApiKeysRepository } = await import('../../../src/keys/api-keys.repository.js');
    const { makeSecret } = await import('../../../src/keys/secrets/key-secret.js');
    const repository = w.t.app.get(ApiKeysRepository);
    const find = repository.findByHash.bind(repository);
    let [running, most, calls] = [0, 0, 0];
    repository.findByHash = async (hashes) => {
      calls += 1;
      running += 1;
      most = Math.max(most, running);
      return find(hashes).finally(() => (running -= 1));
    };
    const statuses = new Map<number, number>();
    const refuse = async (): Promise<void> => {
      const { status } = await me(makeSecret('tg_live_'));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    for (let i = 0; i < 20; i += 1) await Promise.all(Array.from({ length: 500 }, refuse));
    repository.findByHash = find;
    expect([...statuses.keys()].sort()).toEqual([401, 429]);
    expect(statuses.get(429)).toBeGreaterThan(5_000);
    expect(most).toBeLessThanOrEqual(2);
    expect(calls).toBeLessThan(10_000 / 4);
    const { key } = await w.done('api-keys', { name: 'Another', user_id: await w.user('5') });
    expect((await me(String(key))).status).toBe(200);
  });
});
