import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import os from 'node:os';
import { cliOn, failureOf } from '../../support/cli.js';
import { UNKNOWN_ID, TestEnv } from '../../support/factories.js';

const operator = `cli:${os.userInfo().username}`;

let w: TestEnv;
let cli: ReturnType<typeof cliOn>;
beforeAll(async () => {
  w = await TestEnv.start();
  cli = cliOn(w.t.database_url);
});
afterAll(() => w.close());

const ids = (list: unknown): unknown[] => (list as { id: string }[]).map(({ id }) => id);

describe('tollgate holds', () => {
  it('lists what HTTP lists, newest first', async () => {
    const user_id = await w.user('5');
    const [first, second] = [await w.hold(user_id, '1'), await w.hold(user_id, '2')];
    const run = await cli('holds', 'list', '--user-id', user_id, '--json');
    expect(run.json()).toEqual((await w.list('credits/holds', { user_id })).body);
    expect(ids(run.json())).toEqual([second, first]);
    expect((await cli('holds', 'list', '--user-id', user_id)).stdout).toContain('2.00');
  });

  it('returns the credits of one, once per key, and the audit log says who did', async () => {
    const user_id = await w.user('5');
    const id = await w.hold(user_id, '2');
    const release = () => cli('holds', 'release', id, '--key', 'r-1', '--json');
    expect((await release()).json()).toMatchObject({ id, status: 'released' });
    expect(await w.balance(user_id)).toMatchObject({ held: '0.000000', available: '5.000000' });
    const again = await release();
    expect([again.code, JSON.parse(again.stderr)]).toEqual([0, { idempotency_hit: true }]);
    const entries = await w.audit(user_id, 'hold.release');
    expect(entries).toMatchObject([{ actor: operator, resource_id: id, metadata: { made_by: 'an-admin' } }]);
  });

  it('refuses what is resolved, unknown or no id', async () => {
    const user_id = await w.user('5');
    const id = await w.hold(user_id, '2');
    await w.resolve(id, 'capture', { amount: '1' });
    const fault = async (given: string) => {
      const run = await cli('holds', 'release', given, '--json');
      return [run.code, failureOf(run).code];
    };
    expect(await fault(id)).toEqual([4, 'hold_already_resolved']);
    expect(await fault(UNKNOWN_ID)).toEqual([5, 'not_found']);
    expect(await fault('the-hold')).toEqual([2, 'invalid_request']);
  });

  it('needs no audit entry when who made a hold releases it', async () => {
    const user_id = await w.user('5');
    const { id } = await w.done('credits/holds', { user_id, amount: '1', service: 'tts' }, { token: w.service });
    expect(await w.resolve(String(id), 'release')).toMatchObject({ status: 200 });
    expect(await w.audit(user_id, 'hold.release')).toEqual([]);
  });
});

describe('tollgate tiers switch', () => {
  it('moves an account at once, as an admin does over HTTP', async () => {
    const user_id = await w.user('5');
    const run = await cli('tiers', 'switch', user_id, '--tier', 'starter', '--json');
    expect(run.json()).toMatchObject({ user_id, tier: 'starter', balance: '20.000000' });
    expect(await w.audit(user_id, 'tier.switch')).toMatchObject([
      { actor: operator, metadata: { from: 'trial', to: 'starter', effective: 'now' } },
    ]);
    const unknown = await cli('tiers', 'switch', user_id, '--tier', 'no-such-tier', '--json');
    expect([unknown.code, failureOf(unknown).code]).toEqual([5, 'not_found']);
  });
});
