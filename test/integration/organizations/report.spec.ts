import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { amount, units } from '../../../src/platform/values/amount.js';
import { type Json, TestEnv } from '../../support/factories.js';
import { TestOrganization } from '../../support/organizations.js';

describe('chargeback and registration', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  }, 240_000);
  afterAll(() => w.close());

  it('the lines of a report add up to the ledger, before and after the roll-up', async () => {
    const acme = await TestOrganization.open(w);
    const token = await w.as(acme.owner);
    await w.done(`organizations/${acme.id}/cost-centers`, { code: 'research', name: 'Research' }, { token });
    const [ann, bob] = [await acme.member({ cost_center: 'research' }), await acme.member()];
    const spend = (user_id: string, size: string, more: object = {}) =>
      w.deduct(user_id, size, { account: acme.id, ...more });
    await spend(ann, '1.25', { model: 'openai/gpt-4o', tags: ['a', 'b'] });
    await spend(ann, '2', { model: 'openai/gpt-4o-mini' });
    await spend(bob, '4');
    await w.deduct(acme.id, '8');
    const report = async (group_by: string) => {
      const { body } = await acme.as(acme.owner, 'usage/report', { query: { group_by } });
      return Object.fromEntries((body as unknown as Json[]).map(({ group, credits }) => [String(group), credits]));
    };
    for (const when of ['before', 'after']) {
      if (when === 'after') await w.rollUpHours();
      expect(await report('member')).toEqual({ [ann]: '3.250000', [bob]: '4.000000', null: '8.000000' });
      expect(await report('cost_center')).toEqual({ research: '3.250000', null: '12.000000' });
      expect(await report('tag')).toEqual({ a: '1.250000', b: '1.250000' });
      expect(sum(Object.values(await report('model')))).toBe('15.250000');
    }
    const own = (await acme.as(ann, 'usage/report', { query: { group_by: 'member' } })).body as unknown as Json[];
    expect(own.map(({ group, credits }) => [group, credits])).toEqual([[ann, '3.250000']]);
    for (const format of ['csv', 'xlsx']) {
      const file = await acme.as(acme.owner, 'usage/report', { query: { group_by: 'member', format } });
      expect(file.headers['content-disposition']).toBe(`attachment; filename="usage-by-member.${format}"`);
    }
  });

  it('registration opens the organization with the person, once', async () => {
    const user_id = `person-${randomUUID()}`;
    const register = () => w.done('provisioning/register', { user_id, organization: 'Acme' }, { token: w.service });
    const [first, second] = await Promise.all([register(), register()]);
    expect(first).toMatchObject({ user_id, state: 'ready', organization_id: expect.stringMatching(/^org_/) });
    expect(second.organization_id).toBe(first.organization_id);
    const me = (await w.get('me', {}, await w.as(user_id))).body;
    expect(me.organizations).toEqual([
      { id: first.organization_id, name: 'Acme', role: 'owner', burn_order: 'own_first' },
    ]);
    expect((await w.balance(first.organization_id as string)).balance).toBe('0.000000');
  });

  it('a closed organization is gone for its members', async () => {
    const acme = await TestOrganization.open(w);
    const token = await w.as(acme.owner);
    expect((await w.t.call(`organizations/${acme.id}`, { method: 'DELETE', token })).status).toBe(204);
    expect((await w.get(`organizations/${acme.id}`, {}, token)).status).toBe(404);
    expect((await acme.as(acme.owner, 'credits/balance')).status).toBe(404);
  });

  it('no token stands for an organization', async () => {
    const acme = await TestOrganization.open(w, '0');
    expect((await w.get('credits/balance', {}, await w.as(acme.id))).status).toBe(401);
    expect((await w.post('credits/deduct', { user_id: 'org_unknown', amount: '1', service: 'tts' })).status).toBe(404);
  });
});

const sum = (amounts: unknown[]): string =>
  amount(amounts.reduce((all: bigint, one) => all + units(one as string), 0n));
