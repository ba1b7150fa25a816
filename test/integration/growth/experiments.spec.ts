import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { armOf } from '../../../src/growth/experiments/arm.js';
import { amount, units } from '../../../src/platform/values/amount.js';
import { concurrently, type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start({});
});
afterAll(() => w.close());
// experiments cannot overlap
afterEach(() => w.sql('UPDATE experiments SET stopped_at = now() WHERE stopped_at IS NULL'));

const DAY_MS = 86_400_000;
const later = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
const ARMS = [
  { name: 'five', weight: 1 },
  { name: 'ten', weight: 1, trial_credits: '10' },
];
const create = (body: object, token = w.admin) =>
  w.t.call('admin/experiments', {
    method: 'POST',
    token,
    body: { metric: 'converted', arms: ARMS, to: later(30), arm_size: 100, ...body },
  });
const created = async (body: object = {}): Promise<string> => {
  const key = `e-${randomUUID().slice(0, 8)}`;
  const { status, body: answer } = await create({ key, ...body });
  expect([status, answer]).toMatchObject([201, { key, state: 'running' }]);
  return key;
};
const read = async (key: string): Promise<Json> => (await w.get(`admin/experiments/${key}`, {}, w.admin)).body;
const newUser = (): string => `user-${randomUUID()}`;
const assignments = (user_id: string) =>
  w.sql('SELECT experiment, arm FROM experiment_assignments WHERE user_id = $1', [user_id]);
const balance = async (user_id: string): Promise<string> =>
  (await w.get('credits/balance', {}, await w.as(user_id))).body.balance as string;

describe('a new account', () => {
  it('is in no experiment while none runs', async () => {
    const user_id = newUser();
    expect(await balance(user_id)).toBe('5.000000');
    expect(await assignments(user_id)).toEqual([]);
  });

  it('gets the credits of its arm, once, however many first requests there are', async () => {
    const key = await created();
    for (const user_id of Array.from({ length: 8 }, newUser)) {
      const arm = armOf(ARMS, key, user_id);
      await concurrently(5, () => balance(user_id));
      expect(await balance(user_id)).toBe(arm.trial_credits === undefined ? '5.000000' : '10.000000');
      expect(await assignments(user_id)).toEqual([{ experiment: key, arm: arm.name }]);
      await w.verify(user_id);
    }
  });

  it('gets the steps of its arm in place of those of its source', async () => {
    const source = `s-${randomUUID().slice(0, 8)}`;
    await w.t.call('admin/welcome', {
      method: 'PUT',
      token: w.admin,
      body: { source, on: 'registered', credits: '1' },
    });
    const arms = [
      { name: 'usual' },
      { name: 'held-back', trial_credits: '0', trial_steps: [{ on: 'first_call', credits: '7' }] },
    ];
    const key = await created({ arms });
    const inArm = (name: string): string => {
      for (;;) {
        const user_id = newUser();
        if (
          armOf(
            [
              { name: 'usual', weight: 1 },
              { name: 'held-back', weight: 1 },
            ],
            key,
            user_id,
          ).name === name
        )
          return user_id;
      }
    };
    const [usual, held] = [inArm('usual'), inArm('held-back')];
    for (const user_id of [usual, held]) await w.done('provisioning/register', { user_id, source });
    expect([await balance(usual), await balance(held)]).toEqual(['6.000000', '0.000000']);
    await w.done('credits/usage/track', { user_id: held, service: 'tts', cost: '1', charge: true, settle: true });
    const { body } = await w.get('me/welcome', {}, await w.as(held));
    expect(body).toMatchObject({ source, steps: [{ on: 'first_call', state: 'given' }] });
    expect(await balance(held)).toBe('6.000000');
    await w.verify(held);
  });

  it('keeps its arm when the experiment is stopped; later ones have none', async () => {
    const key = await created();
    const [before, after] = [newUser(), newUser()];
    await balance(before);
    expect((await w.post(`admin/experiments/${key}/stop`, {})).body).toMatchObject({ state: 'stopped' });
    await balance(after);
    expect(await assignments(before)).toHaveLength(1);
    expect(await assignments(after)).toEqual([]);
  });
});

describe('an experiment', () => {
  it('cannot overlap another one, and cannot be deleted once it has begun', async () => {
    const key = await created();
    expect(await create({ key })).toMatchObject({ status: 409, body: { code: 'already_exists' } });
    expect(await create({ key: 'other' })).toMatchObject({
      status: 409,
      body: { code: 'experiment_overlaps' },
    });
    const remove = (name: string) => w.t.call(`admin/experiments/${name}`, { method: 'DELETE', token: w.admin });
    expect(await remove(key)).toMatchObject({ status: 409, body: { code: 'experiment_has_begun' } });
    const next = `next-${randomUUID().slice(0, 8)}`;
    expect(await create({ key: next, from: later(31), to: later(60) })).toMatchObject({
      status: 201,
      body: { state: 'planned' },
    });
    expect((await remove(next)).status).toBe(204);
    expect((await remove(next)).status).toBe(404);
    const audit = await w.sql(`SELECT action FROM audit_logs WHERE resource_id = $1 ORDER BY id`, [next]);
    expect(audit).toEqual([{ action: 'experiment.create' }, { action: 'experiment.delete' }]);
  });

  it('is created once when it is created several times at once', async () => {
    const keys = Array.from({ length: 6 }, (_, n) => `e-${n}-${randomUUID().slice(0, 8)}`);
    const answers = await concurrently(keys.length, (n) => create({ key: keys[n] }));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(keys.length - 1);
  });

  it('plans its size from the difference to be found', async () => {
    const key = await created({ arm_size: null, baseline: '10', smallest_difference: '5' });
    expect(await read(key)).toMatchObject({
      arm_size: 726,
      need: 726,
      winner: null,
      reason: 'sample_size_not_reached',
    });
  });

  it.each([
    ['arm_size', { arm_size: null }],
    ['arm_size', { baseline: '10', smallest_difference: '5' }],
    ['arm_size', { arm_size: null, metric: 'revenue', baseline: '10', smallest_difference: '5' }],
    ['smallest_difference', { arm_size: null, baseline: '50', smallest_difference: '60' }],
    ['arms', { arms: [{ name: 'a' }, { name: 'a' }] }],
    ['arms', { arms: [{ name: 'a' }] }],
    ['to', { to: later(-1) }],
    ['from', { from: later(-1) }],
  ])('names the term that is wrong (%s)', async (field, terms) => {
    const { status, body } = (await create({ key: 'wrong', ...terms })) as { status: number; body: Json };
    expect(status).toBe(422);
    expect((body.errors as Json[]).map((error) => error.field)).toContain(field);
  });

  it('is for admins', async () => {
    expect((await create({ key: 'mine' }, await w.as(await w.user()))).status).toBe(403);
  });
});

describe('the result', () => {
  /** Moves the accounts of an experiment and what they did to the past, so that their windows are over. */
  async function pass(key: string, days: number): Promise<void> {
    const those = 'user_id IN (SELECT user_id FROM experiment_assignments WHERE experiment = $1)';
    const shift = `interval '${days} days'`;
    await w.sql(`UPDATE payments SET paid_at = paid_at - ${shift} WHERE ${those}`, [key]);
    await w.sql(
      `UPDATE credit_grants SET created_at = created_at - ${shift}, id = tollgate_uuid7(created_at - ${shift}) WHERE ${those}`,
      [key],
    );
    await w.sql(`UPDATE usage_events SET id = tollgate_uuid7(created_at - ${shift}) WHERE ${those}`, [key]);
    await w.sql(`UPDATE experiment_assignments SET assigned_at = assigned_at - ${shift} WHERE experiment = $1`, [key]);
  }

  it('of 200 accounts is refused while their windows are open, then names the better arm and stays', async () => {
    const key = await created({ window_days: 1 });
    const users: Record<string, string[]> = { five: [], ten: [] };
    while (Math.min(...Object.values(users).map(({ length }) => length)) < 100) {
      const user_id = newUser();
      const its = users[armOf(ARMS, key, user_id).name];
      if (its && its.length < 100) its.push(user_id);
    }
    const { five = [], ten = [] } = users;
    const all = [...five, ...ten];
    await concurrently(all.length, (n) => w.done('provisioning/register', { user_id: all[n] }));
    const paying = [...five.slice(0, 10), ...ten.slice(0, 30)];
    const calling = [...five.slice(0, 50), ...ten.slice(0, 60)];
    await concurrently(calling.length, (n) =>
      w.done('credits/usage/track', { user_id: calling[n], service: 'tts', cost: '0.5', charge: true }),
    );
    for (const user_id of paying) {
      await w.sql(
        `INSERT INTO payments (user_id, kind, status, package_code, credits, amount, currency, paid_at)
         VALUES ($1, 'package', 'paid', 'p', 10, 10, 'usd', now())`,
        [user_id],
      );
    }
    expect(await read(key)).toMatchObject({
      winner: null,
      reason: 'sample_size_not_reached',
      have: 0,
      need: 100,
      results: [
        { name: 'five', accounts: 100, compared: 0, value: null, difference: null },
        { name: 'ten', accounts: 100, compared: 0, value: null, difference: null },
      ],
    });
    const checked = (arm: string, reason: string) =>
      w.sql(
        `INSERT INTO gift_checks (user_id, trial_factor, state, reasons)
         SELECT user_id, 0.1, 'open', ARRAY[$3] FROM experiment_assignments WHERE experiment = $1 AND arm = $2 LIMIT 3`,
        [key, arm, reason],
      );
    await checked('five', 'email_unverified'); // not confirmed yet is no suspicion
    await checked('ten', 'address_busy');
    await pass(key, 2);
    const result = await read(key);
    expect(result).toMatchObject({
      winner: 'ten',
      reason: null,
      have: 100,
      need: 100,
      confidence: 95,
      results: [
        {
          name: 'five',
          accounts: 100,
          compared: 100,
          activated: 50,
          converted: 10,
          suspected: 0,
          value: 10,
          difference: null,
          revenue: amount(units('100')),
          credits_given: amount(units('500')),
        },
        {
          name: 'ten',
          accounts: 100,
          compared: 100,
          activated: 60,
          converted: 30,
          suspected: 3,
          value: 30,
          revenue: amount(units('300')),
          credits_given: amount(units('1000')),
        },
      ],
    });
    const { low, high } = ((result.results as Json[])[1]?.difference ?? {}) as Record<string, number>;
    expect([low, high].map((value) => Math.round((value ?? 0) * 10) / 10)).toEqual([9, 30.6]);

    // what comes later changes nothing: neither more accounts nor late payments
    const more = Array.from({ length: 20 }, newUser);
    await concurrently(more.length, (n) => w.done('provisioning/register', { user_id: more[n] }));
    await w.sql(
      `INSERT INTO payments (user_id, kind, status, package_code, credits, amount, currency, paid_at)
       SELECT unnest($1::text[]), 'package', 'paid', 'p', 10, 10, 'usd', now()`,
      [five.slice(10)],
    );
    const again = await read(key);
    expect(again.winner).toBe('ten');
    expect((again.results as Json[]).map(({ converted }) => converted)).toEqual([10, 30]);
    expect((again.results as Json[]).reduce((sum, { accounts }) => sum + Number(accounts), 0)).toBe(220);
  });

  it('of an unknown experiment does not exist', async () => {
    expect((await w.get('admin/experiments/unknown', {}, w.admin)).status).toBe(404);
  });
});
