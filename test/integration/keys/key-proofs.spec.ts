import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startOf, makeSecret } from '../../../src/keys/secrets/key-secret.js';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { apiKey, type MadeKey } from '../../support/api-keys.js';
import type { Answer, TestApp } from '../../support/app.js';
import { TestEnv } from '../../support/factories.js';
import { statementsFromNow } from '../../support/statements.js';

const ENV = { ENCRYPTION_KEYS: KeyRing.make('k1'), RATE_LIMIT_PER_ADDRESS: '0' };
let w: TestEnv;
let other: TestApp;
beforeAll(async () => {
  w = await TestEnv.start({ env: ENV });
  other = await w.another(ENV);
});
afterAll(() => w.close());

/** The statement that asks for changed keys, four times a second. */
const POLL = 'api_keys_changed';

const make = (): Promise<MadeKey> => apiKey(w, { user_id: `user-${randomUUID()}`, scopes: ['balance:read'] });
const me = (token: string, app: TestApp): Promise<Answer> => app.call('me', { token });
const codeOf = ({ body }: Answer): unknown => (body as { code?: string }).code ?? 'accepted';

interface Try {
  sent_ms: number;
  answered_ms: number;
  code: unknown;
}

/** Calls with a secret again and again, on both instances, until an instant and once more after it. */
async function callUntil(secret: string, until_ms: number): Promise<Try[]> {
  const tries: Try[] = [];
  const tryBoth = (): Promise<unknown> =>
    Promise.all(
      [w.t, other].map(async (app) => {
        const sent_ms = Date.now();
        const code = codeOf(await me(secret, app));
        tries.push({ sent_ms, answered_ms: Date.now(), code });
      }),
    );
  while (Date.now() < until_ms) {
    await tryBoth();
    await new Promise((wake) => setTimeout(wake, 20));
  }
  await tryBoth();
  return tries;
}

describe('a revoked key', () => {
  it('is refused by every instance at the latest one second later', async () => {
    const { id, key } = await make();
    for (const app of [w.t, other]) expect((await me(key, app)).status).toBe(200);
    const calling = callUntil(key, Date.now() + 3_000);
    const gone = await w.t.call(`api-keys/${id}`, { method: 'DELETE', token: w.admin });
    const revoked_ms = Date.now();
    expect(gone.status).toBe(204);
    const late = (await calling).filter(({ sent_ms }) => sent_ms >= revoked_ms + 1_000);
    expect(late.length).toBeGreaterThan(0);
    expect(new Set(late.map(({ code }) => code))).toEqual(new Set(['key_revoked']));
  });
});

describe('a secret that was replaced', () => {
  it('works on every instance until its grace ends, and not a moment longer', async () => {
    const { id, key } = await make();
    const { previous_expires_at } = await w.done(`api-keys/${id}/rotate`, { grace_seconds: 5 });
    const ends_ms = Date.parse(String(previous_expires_at));
    const tries = await callUntil(key, ends_ms + 500);
    const before = tries.filter(({ answered_ms }) => answered_ms < ends_ms);
    const after = tries.filter(({ sent_ms }) => sent_ms >= ends_ms);
    expect(Math.min(before.length, after.length)).toBeGreaterThan(0);
    expect(new Set(before.map(({ code }) => code))).toEqual(new Set(['accepted']));
    expect(new Set(after.map(({ code }) => code))).toEqual(new Set(['key_rotated']));
  });
});

describe('a key that is unknown and one that is wrong', () => {
  it('cause the same work and get the same answer, so nobody can tell them apart', async () => {
    const { key, start } = await make();
    // a secret of the right form that begins like an existing one: the start is shown to people
    let similar = makeSecret('tg_live_');
    while (startOf(similar, 'tg_live_').at(-1) !== start.at(-1)) similar = makeSecret('tg_live_');
    const seen: unknown[] = [];
    for (const secret of [
      makeSecret('tg_live_'),
      similar,
      makeSecret('tg_test_'),
      `sk-${randomUUID()}`,
      `${key}${key}`,
    ]) {
      const sent = statementsFromNow();
      const { status, body } = await me(secret, w.t);
      const { code, detail } = body as { code: string; detail: string };
      seen.push({
        status,
        code,
        detail,
        statements: sent().filter((name) => name.startsWith('api_keys') && name !== POLL),
      });
    }
    const statements = ['api_keys_by_hash'];
    const detail = 'The API key is not valid.';
    expect(seen.slice(0, 4)).toEqual(Array(4).fill({ status: 401, code: 'invalid_token', detail, statements }));
    expect(seen[4]).toMatchObject({ status: 401, code: 'invalid_token', statements: [] }); // its checksum says so
  });
});

describe('a flood of wrong keys', () => {
  it('slows no known key down: that needs no look-up', async () => {
    const { key } = await make();
    expect((await me(key, w.t)).status).toBe(200);
    const sent = statementsFromNow();
    const wrong = Array.from({ length: 1_000 }, () => makeSecret('tg_live_'));
    let open = wrong.length;
    const flood = Promise.all(
      wrong.map(async (secret) => {
        expect((await me(secret, w.t)).status).toBe(401);
        open -= 1;
      }),
    );
    let served = 0;
    while (open > 0) {
      expect((await me(key, w.t)).status).toBe(200);
      served += 1;
    }
    await flood;
    expect(served).toBeGreaterThan(0);
    // up to a hundred wrong keys share a statement, and the known key adds none
    expect(sent().filter((name) => name === 'api_keys_by_hash').length).toBeLessThanOrEqual(wrong.length / 4);
  });
});
