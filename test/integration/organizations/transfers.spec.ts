import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { LedgerVerification } from '../../../src/credits/ledger/ledger-verification.js';
import { TestEnv } from '../../support/factories.js';
import { TestOrganization } from '../../support/organizations.js';

describe('transfers', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  }, 240_000);
  afterAll(() => w.close());

  const grants = async (user_id: string) =>
    (await w.list('credits/grants', { user_id })).body.map(({ source, priority, expires_at, remaining }) => ({
      source,
      priority,
      expires_at,
      remaining,
    }));

  it('moves credits with their source, priority and expiry, with a line on each side', async () => {
    const acme = await TestOrganization.open(w, '0');
    const ann = await acme.member();
    const expires_at = new Date(Date.now() + 86_400_000).toISOString();
    await w.done('credits/allocate', { user_id: acme.id, amount: '10', source: 'purchase', expires_at });
    const body = { from: acme.id, to: ann, amount: '4', reason: 'Hackathon' };
    const key = randomUUID();
    const token = await w.as(acme.owner);
    const made = await w.done('credits/transfers', body, { token, key });
    expect(made).toMatchObject({ amount: '4.000000', balance: { balance: '6.000000' } });
    expect(await w.done('credits/transfers', body, { token, key })).toEqual(made);
    expect(await grants(ann)).toContainEqual({ source: 'purchase', priority: 40, expires_at, remaining: '4.000000' });
    expect(await grants(acme.id)).toEqual([{ source: 'purchase', priority: 40, expires_at, remaining: '6.000000' }]);
    const [line] = (await w.list('credits/transactions', { user_id: ann })).body;
    expect(line).toMatchObject({
      id: made.to_transaction_id,
      amount: '4.000000',
      transaction_type: 'adjustment',
      metadata: { transfer_id: made.transfer_id },
    });
  });

  it('trial, plan, coupon and referral credits stay', async () => {
    const acme = await TestOrganization.open(w, '0');
    for (const source of ['plan', 'coupon', 'referral']) {
      await w.done('credits/allocate', { user_id: acme.id, amount: '10', source });
    }
    await w.bonus(acme.id, '2');
    const ann = await acme.member();
    const transfer = (amount: string) => w.post('credits/transfers', { from: acme.id, to: ann, amount, reason: 'x' });
    expect(await transfer('3')).toMatchObject({
      status: 409,
      body: { code: 'credits_not_transferable', transferable: '2.000000' },
    });
    expect((await transfer('2')).status).toBe(200);
    expect(await w.post('credits/transfers', { from: ann, to: acme.id, amount: '5', reason: 'x' })).toMatchObject({
      status: 409,
    });
  });

  it('only owners and billing members transfer, to members and to their own organizations', async () => {
    const [acme, other] = [await TestOrganization.open(w), await TestOrganization.open(w)];
    const people = {
      owner: acme.owner,
      billing: await acme.member({ role: 'billing' }),
      admin: await acme.member({ role: 'admin' }),
      member: await acme.member(),
      viewer: await acme.member({ role: 'viewer' }),
    };
    const send = async (user_id: string, from: string, to: string) =>
      (await w.post('credits/transfers', { from, to, amount: '1', reason: 'x' }, { token: await w.as(user_id) }))
        .status;
    const results: Record<string, number> = {};
    for (const [role, user_id] of Object.entries(people)) results[role] = await send(user_id, acme.id, people.member);
    expect(results).toEqual({ owner: 200, billing: 200, admin: 403, member: 403, viewer: 403 });
    const stranger = await w.open(`stranger-${randomUUID()}`);
    expect(await send(stranger, acme.id, stranger)).toBe(404);
    expect(await send(acme.owner, acme.id, stranger)).toBe(404);
    const body = { from: acme.id, to: stranger, amount: '1', reason: 'x' };
    const { body: problem } = await w.post('credits/transfers', body, { token: await w.as(acme.owner) });
    expect(problem.detail).toBe(`Account ${stranger} not found.`);
    expect(await send(acme.owner, acme.id, other.id)).toBe(404);
    expect(await send(acme.owner, people.member, acme.id)).toBe(404);
  });

  it('1,000 parallel transfers in a ring of five accounts change no sum and no terms', async () => {
    const ring = await Promise.all(Array.from({ length: 5 }, () => w.user('5')));
    const expiries = [null, '2099-01-01T00:00:00.000Z', '2098-01-01T00:00:00.000Z'];
    for (const [i, user_id] of ring.entries()) {
      const expires_at = expiries[i % 3] ?? null;
      await w.done('credits/allocate', { user_id, amount: '20', source: i % 2 ? 'purchase' : 'bonus', expires_at });
    }
    const before = await sums(w, ring);
    const ends = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => {
        const [from, to] = [ring[i % 5], ring[(i + (i % 2 ? 1 : 4)) % 5]];
        const amount = String(1 + ((i * 7) % 23));
        return w.post('credits/transfers', { from, to, amount, reason: 'ring' }, { key: `ring-${i}` });
      }),
    );
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(ends.filter(({ status }) => status === 200).length).toBeGreaterThan(300);
    expect(await sums(w, ring)).toEqual(before);
    expect(await w.t.app.get(LedgerVerification).verify(null)).toMatchObject({ verified: true, faults: [] });
  }, 300_000);
});

/** Returns what the accounts have together, by the terms of the grants. */
async function sums(w: TestEnv, user_ids: string[]): Promise<unknown> {
  for (const user_id of user_ids) await w.list('credits/grants', { user_id });
  const { rows } = await w.pool.query(
    `SELECT source, priority, expires_at, sum(remaining)::text AS remaining FROM credit_grants
     WHERE user_id = ANY ($1) AND remaining > 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    [user_ids],
  );
  return rows;
}
