import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { OpeningsRepository } from '../../../src/growth/analytics/openings.repository.js';
import { cliOn } from '../../support/cli.js';
import { concurrently, type Json, TestEnv } from '../../support/factories.js';

const SECRET = 'a secret that Keycloak knows';
let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start({ env: { KEYCLOAK_WEBHOOK_SECRET: SECRET } });
});
afterAll(() => w.close());

const newUser = (): string => `user-${randomUUID()}`;
/** A user whose account is opened by the first use. */
async function firstUse(user_id = newUser()): Promise<string> {
  expect((await w.get('credits/balance', {}, await w.as(user_id))).status).toBe(200);
  return user_id;
}
const opening = (user_id: string) => w.sql('SELECT layer, source, result FROM openings WHERE user_id = $1', [user_id]);

async function registeredByKeycloak(user_id: string): Promise<void> {
  const body = JSON.stringify({ type: 'access.REGISTER', authDetails: { userId: user_id } });
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const headers = { 'x-keycloak-signature': signature, 'content-type': 'application/json' };
  const { status } = await w.t.call('integrations/keycloak/events', { method: 'POST', headers, body: body });
  expect(status).toBe(202);
}

describe('the opening of an account', () => {
  it('is recorded once, by what opened it', async () => {
    const user_id = newUser();
    await concurrently(10, () => w.done('provisioning/register', { user_id, source: 'newsletter' }));
    expect(await opening(user_id)).toEqual([{ layer: 'registration', source: 'newsletter', result: 'opened' }]);
  });

  it('stays that of the first use if the registration comes later', async () => {
    const user_id = await firstUse();
    expect(await opening(user_id)).toEqual([]);
    await w.done('provisioning/register', { user_id });
    await w.done('provisioning/register', { user_id, source: 'newsletter' });
    expect(await opening(user_id)).toEqual([{ layer: 'registration', source: 'newsletter', result: 'existed' }]);
  });

  it('is not recorded for an account that has long been there', async () => {
    const user_id = await firstUse();
    await w.sql(`UPDATE user_credits SET created_at = now() - interval '2 days' WHERE user_id = $1`, [user_id]);
    await w.done('provisioning/register', { user_id });
    expect(await opening(user_id)).toEqual([]);
  });

  it('is that of the registration that opened it, even if another one could not', async () => {
    const openings = w.t.app.get(OpeningsRepository);
    const user_id = newUser();
    await openings.record({ user_id, layer: 'registration', source: 'ads', result: 'pending' });
    await firstUse(user_id);
    await openings.record({ user_id, layer: 'identity_provider', source: '*', result: 'opened' });
    await openings.record({ user_id, layer: 'registration', source: '*', result: 'existed' });
    expect(await opening(user_id)).toEqual([{ layer: 'identity_provider', source: 'ads', result: 'opened' }]);
  });
});

describe('an imported account', () => {
  it('counts as opened by the import, also if only its usage was imported', async () => {
    const [ann, bob] = [newUser(), newUser()];
    const folder = await mkdtemp(path.join(os.tmpdir(), 'tollgate-growth-'));
    await writeFile(path.join(folder, 'accounts.csv'), `user_id,balance\n${ann},5\n`);
    await writeFile(
      path.join(folder, 'usage.csv'),
      `user_id,request_id,service,cost,occurred_at\n${bob},r1,tts,1,2021-01-01T00:00:00Z\n`,
    );
    const { code } = await cliOn(w.t.database_url)('import', 'csv', folder, 'apply', '--json');
    await rm(folder, { recursive: true });
    expect(code).toBe(0);
    for (const user_id of [ann, bob])
      expect(await opening(user_id)).toEqual([{ layer: 'import', source: '*', result: 'opened' }]);
  });
});

describe('the figures of growth', () => {
  it('count accounts by how they were opened, and what they did', async () => {
    await w.sql(`UPDATE user_credits SET created_at = now() - interval '200 days'`);
    const [ann, bob, kim, joe] = [newUser(), newUser(), newUser(), newUser()];
    for (const user_id of [ann, bob]) await w.done('provisioning/register', { user_id, source: 'ads' });
    await registeredByKeycloak(kim);
    await firstUse(joe);
    for (const user_id of [ann, joe])
      await w.done('credits/usage/track', { user_id, service: 'tts', cost: '0.5', charge: true });
    await w.sql(`UPDATE user_credits SET created_at = created_at - interval '100 seconds' WHERE user_id = $1`, [ann]);
    await w.sql(
      `INSERT INTO payments (user_id, kind, status, package_code, credits, amount, refunded, currency, paid_at)
       VALUES ($1, 'package', 'paid', 'p', 10, 10, 4, 'usd', now())`,
      [ann],
    );
    const { status, body } = await w.get('admin/growth', {}, w.admin);
    expect(status).toBe(200);
    expect(body.total).toMatchObject({
      accounts: 4,
      activated: 2,
      converted: 1,
      email_verified: 0,
      revenue: '6.000000',
    });
    const groups = body.groups as Json[];
    expect(groups.map(({ layer, source, result, accounts }) => [layer, source, result, accounts])).toEqual([
      ['registration', 'ads', 'opened', 2],
      ['first_use', '*', null, 1],
      ['identity_provider', '*', 'opened', 1],
    ]);
    expect(groups[0]).toMatchObject({ activated: 1, converted: 1, revenue: '6.000000' });
    expect(groups[0]?.first_call_median_s).toBeGreaterThan(99);
    expect(groups[0]?.first_call_median_s).toBeLessThan(160);
    expect(groups[2]).toMatchObject({ activated: 0, first_call_median_s: null, first_call_p90_s: null });
  });

  it('of a range without accounts are zero; a reversed range is refused', async () => {
    const { body } = await w.get('admin/growth', { from: '2020-01-01', to: '2020-01-31' }, w.admin);
    expect(body).toMatchObject({ groups: [], total: { accounts: 0, revenue: '0.000000', first_call_median_s: null } });
    expect((await w.get('admin/growth', { from: '2026-02-01', to: '2026-01-01' }, w.admin)).status).toBe(422);
    expect((await w.get('admin/growth', { from: '2020-01-01', to: '2026-01-01' }, w.admin)).status).toBe(422);
    expect((await w.get('admin/growth', {}, await w.as(await w.user()))).status).toBe(403);
  });
});
