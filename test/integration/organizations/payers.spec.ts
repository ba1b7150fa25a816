import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';
import { TestOrganization } from '../../support/organizations.js';

describe('who pays', () => {
  let w: TestEnv;
  let acme: TestOrganization;
  beforeAll(async () => {
    w = await TestEnv.start({ env: { ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}` } });
    acme = await TestOrganization.open(w, '1000');
  }, 240_000);
  afterAll(() => w.close());

  const lines = async (user_id: string): Promise<Json[]> =>
    (await w.list('credits/transactions', { user_id, type: 'usage' })).body;
  const deduct = (user_id: string, amount: string, more: object = {}, key?: string) =>
    w.post('credits/deduct', { user_id, amount, service: 'tts', ...more }, { token: w.service, ...(key && { key }) });

  it('the organization pays if the body or the header names it, and its line names the member', async () => {
    const ann = await acme.member();
    expect((await deduct(ann, '1', { account: acme.id })).status).toBe(200);
    const named = await w.t.call('credits/deduct', {
      method: 'POST',
      token: w.service,
      headers: { 'x-tollgate-account': acme.id },
      body: { user_id: ann, amount: '2', service: 'tts' },
    });
    expect(named.status).toBe(200);
    expect((await w.balance(ann)).balance).toBe('5.000000');
    expect((await lines(acme.id)).filter(({ member_id }) => member_id === ann)).toMatchObject([
      { amount: '-2.000000' },
      { amount: '-1.000000' },
    ]);
  });

  it('a stranger cannot name the organization', async () => {
    const bob = await w.open(`bob-${randomUUID()}`);
    expect(await deduct(bob, '1', { account: acme.id })).toMatchObject({ status: 404 });
    expect(await acme.as(bob, 'credits/balance')).toMatchObject({ status: 404 });
    expect((await w.balance(bob)).balance).toBe('5.000000');
  });

  it('a viewer does no work for the organization', async () => {
    const ann = await acme.poorMember({ role: 'viewer' });
    expect(await deduct(ann, '1', { account: acme.id })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await deduct(ann, '1')).status).toBe(402);
  });

  it.each(['deduct', 'hold', 'track', 'batch'])(
    'own_first: the organization pays what the member cannot (%s)',
    async (door) => {
      const ann = await acme.member();
      const works: Record<string, () => Promise<unknown>> = {
        deduct: () => w.done('credits/deduct', { user_id: ann, amount: '4', service: 'tts' }),
        hold: () => w.done('credits/holds', { user_id: ann, amount: '4', service: 'tts' }),
        track: () => w.done('credits/usage/track', { user_id: ann, service: 'tts', cost: '4', charge: true }),
        batch: () =>
          w.done('credits/deduct/batch', [
            { user_id: ann, amount: '4', service: 'tts', idempotency_key: randomUUID() },
          ] as object),
      };
      await works[door]?.();
      await works[door]?.();
      const own = await w.balance(ann);
      expect([own.balance, own.available]).toEqual(
        door === 'hold' ? ['5.000000', '1.000000'] : ['1.000000', '1.000000'],
      );
      const at = door === 'hold' ? (await w.list('credits/holds', { user_id: acme.id })).body : await lines(acme.id);
      expect(at.filter(({ member_id }) => member_id === ann)).toHaveLength(1);
    },
  );

  it('a key is charged once, whatever the burn order and the balance are when it is repeated', async () => {
    const ann = await acme.poorMember();
    const key = randomUUID();
    const first = await deduct(ann, '3', {}, key);
    expect(first.status).toBe(200);
    await w.bonus(ann, '50');
    const again = await deduct(ann, '3', {}, key);
    expect(again).toMatchObject({ status: 200, body: { transaction_id: first.body.transaction_id } });
    await acme.remove(ann);
    const later = await deduct(ann, '3', {}, key);
    expect(later).toMatchObject({ status: 200, body: { transaction_id: first.body.transaction_id } });
    expect((await w.balance(ann)).balance).toBe('50.000000');
    expect((await lines(acme.id)).filter(({ member_id }) => member_id === ann)).toHaveLength(1);
  });

  it('a request id is charged once, also as finished work', async () => {
    const ann = await acme.poorMember();
    const work = { user_id: ann, service: 'tts', cost: '2', settle: true, request_id: randomUUID() };
    const first = await w.done('credits/usage/track', work, { token: w.service });
    await w.bonus(ann, '50');
    const again = await w.done('credits/usage/track', work, { token: w.service });
    expect(again.id).toBe(first.id);
    await acme.remove(ann);
    expect((await w.done('credits/usage/track', work, { token: w.service })).id).toBe(first.id);
    expect((await w.balance(ann)).balance).toBe('50.000000');
  });

  it('parallel requests with one key are charged once, while the own account fills up', async () => {
    const ann = await acme.poorMember();
    const key = randomUUID();
    const calls = Array.from({ length: 30 }, (_, i) => (i === 10 ? w.bonus(ann, '50') : deduct(ann, '7', {}, key)));
    await Promise.all(calls);
    const own = await lines(ann);
    const organization = (await lines(acme.id)).filter(({ member_id }) => member_id === ann);
    expect([...own, ...organization].filter(({ amount }) => amount === '-7.000000')).toHaveLength(1);
  });

  it('organization_first and organization_only ask the organization first', async () => {
    const [ann, bob] = [
      await acme.member({ burn_order: 'organization_first' }),
      await acme.member({ burn_order: 'organization_only' }),
    ];
    expect((await deduct(ann, '1', {}, randomUUID())).status).toBe(200);
    expect((await deduct(bob, '1')).status).toBe(200);
    expect([(await w.balance(ann)).balance, (await w.balance(bob)).balance]).toEqual(['5.000000', '5.000000']);
    const poor = await TestOrganization.open(w, '0');
    const eve = await poor.member({ burn_order: 'organization_first' });
    const joe = await poor.member({ burn_order: 'organization_only' });
    expect((await deduct(eve, '1')).status).toBe(200);
    expect((await w.balance(eve)).balance).toBe('4.000000');
    expect(await deduct(joe, '1')).toMatchObject({ status: 402 });
  });

  it("a member's limit is a budget of the organization, and the refusal names it", async () => {
    const ann = await acme.poorMember({ budget: '3' });
    expect((await deduct(ann, '2')).status).toBe(200);
    expect(await deduct(ann, '2')).toMatchObject({
      status: 402,
      body: {
        code: 'budget_exceeded',
        limit_source: 'member',
        limit: '3.000000',
        used: '2.000000',
        set_by: 'organization',
      },
    });
    const [shown] = (await acme.as(ann, `organizations/${acme.id}/members`)).body as unknown as Json[];
    expect(shown).toMatchObject({ user_id: ann, budget: '3.000000', budget_used: '2.000000' });
  });

  it('30 members with limits of 10 send 300 parallel calls to a pool of 100 on two instances: nothing is passed', async () => {
    const pool = await TestOrganization.open(w, '100');
    const instances = [w.t, await w.another()];
    const charge = async (user_id: string, i: number) => {
      const headers = { 'idempotency-key': randomUUID() };
      const body = { user_id, amount: '1.5', service: 'tts' };
      return (instances[i % 2] ?? w.t).call('credits/deduct', { method: 'POST', token: w.service, headers, body });
    };
    const members: string[] = [];
    for (let i = 0; i < 30; i += 1) members.push(await pool.member({ budget: '10', burn_order: 'organization_only' }));
    const ends = await Promise.all(
      members.flatMap((user_id) => Array.from({ length: 10 }, (_, i) => charge(user_id, i))),
    );
    const admitted = ends.filter(({ status }) => status === 200).length;
    expect(admitted).toBe(66);
    expect(ends.every(({ status }) => status === 200 || status === 402)).toBe(true);
    expect((await w.balance(pool.id)).balance).toBe('1.000000');
    const { rows } = await w.pool.query<{ used: number }>(
      'SELECT -sum(amount)::float8 AS used FROM credit_transactions WHERE user_id = $1 AND amount < 0 GROUP BY member_id',
      [pool.id],
    );
    expect(Math.max(...rows.map(({ used }) => used))).toBeLessThanOrEqual(10);
  }, 120_000);

  it('a key of a member acts for the organization until the member is removed, on every instance', async () => {
    const other = await w.another({ ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}` });
    const ann = await acme.member();
    const made = await acme.as(ann, 'api-keys', {
      method: 'POST',
      body: { name: 'Work', scopes: ['balance:read', 'usage:write', 'charge'] },
    });
    expect(made).toMatchObject({ status: 201, body: { user_id: acme.id, member_id: ann } });
    const token = made.body.key as string;
    const work = { service: 'tts', quantity: '1', unit: 'request', charge: true };
    for (const app of [w.t, other]) {
      const tracked = await app.call('credits/usage/track', { method: 'POST', token, body: work });
      expect(tracked).toMatchObject({ status: 200, body: { user_id: acme.id } });
    }
    const { rows } = await w.pool.query('SELECT FROM usage_events WHERE user_id = $1 AND member_id = $2', [
      acme.id,
      ann,
    ]);
    expect(rows).toHaveLength(2);
    const hold = await w.done('credits/holds', { user_id: ann, account: acme.id, amount: '1', service: 'tts' });
    expect(await acme.remove(ann)).toBe(204);
    expect(await w.t.call('credits/balance', { token })).toMatchObject({ status: 403, body: { code: 'key_paused' } });
    expect((await deduct(ann, '1', { account: acme.id })).status).toBe(404);
    await eventually(async () => (await other.call('credits/balance', { token })).status === 403);
    const body = { user_id: ann, amount: '1', service: 'tts', account: acme.id };
    await eventually(
      async () => (await other.call('credits/deduct', { method: 'POST', token: w.service, body })).status === 404,
    );
    expect(await w.resolve(hold.id as string, 'capture', { amount: '1' })).toMatchObject({ status: 200 });
    expect((await lines(acme.id))[0]).toMatchObject({ amount: '-1.000000', member_id: ann });
  });
});
