import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { units } from '../../../src/platform/values/amount.js';
import { concurrently, statuses, TestEnv } from '../../support/factories.js';
import { tierTerms } from '../../support/model/tiers.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

describe('a user', () => {
  const ask = async (user_id: string, new_tier: string) =>
    w.post('credits/tiers/switch', { new_tier }, { token: await w.as(user_id) });

  it.each(['starter', 'professional', 'enterprise'])('cannot upgrade to %s without a payment', async (tier) => {
    const user_id = await w.user();
    const answers = await concurrently(10, () => ask(user_id, tier));
    expect(statuses(answers)).toEqual({ 403: 10 });
    for (const { body } of answers) expect(body.code).toBe('payment_required');
    expect(await w.balance(user_id)).toMatchObject({ tier: 'trial', balance: '5.000000', next_tier: null });
  });

  it('is downgraded at reset_date, and can cancel that before', async () => {
    const user_id = await w.user();
    await w.switch(user_id, 'professional');
    expect((await ask(user_id, 'starter')).body).toMatchObject({
      tier: 'professional',
      next_tier: 'starter',
      balance: '60.000000',
    });
    expect((await ask(user_id, 'professional')).body).toMatchObject({ tier: 'professional', next_tier: null });
    await ask(user_id, 'starter');
    expect(await w.balance(user_id)).toMatchObject({
      tier: 'professional',
      next_tier: 'starter',
      monthly_cap: '60.000000',
    });
    await w.age(user_id, 31);
    expect(await w.balance(user_id)).toMatchObject({
      tier: 'starter',
      next_tier: null,
      balance: '20.000000',
      monthly_cap: '20.000000',
    });
    await w.verify(user_id);
  });

  it('cannot get an upgrade by way of a downgrade', async () => {
    const user_id = await w.user();
    await w.switch(user_id, 'starter');
    await ask(user_id, 'trial');
    expect((await ask(user_id, 'professional')).status).toBe(403);
    await w.age(user_id, 31);
    expect((await ask(user_id, 'starter')).status).toBe(403);
    expect(await w.balance(user_id)).toMatchObject({ tier: 'trial', balance: '0.000000' });
  });

  it('gets 404 for a tier that does not exist or is not public', async () => {
    const { tier } = await w.done('credits/tiers', tierTerms({ is_public: false, rank: 0, price_monthly: 0 }));
    const user_id = await w.user();
    for (const unknown of ['nothing', tier as string]) expect((await ask(user_id, unknown)).status).toBe(404);
    expect((await ask(user_id, '')).status).toBe(422);
  });
});

describe('a switch by an admin or a service', () => {
  it('takes effect immediately', async () => {
    const user_id = await w.user();
    await w.deduct(user_id, '2');
    expect(await w.switch(user_id, 'starter')).toMatchObject({
      tier: 'starter',
      balance: '18.000000',
      monthly_cap: '20.000000',
    });
    const down = await w.post('credits/tiers/switch', { user_id, new_tier: 'trial' }, { token: w.service });
    expect(down.body).toMatchObject({ tier: 'trial', balance: '3.000000', monthly_cap: '5.000000' });
    expect(await w.audit(user_id, 'tier.switch')).toHaveLength(2);
    await w.verify(user_id);
  });

  it('leaves purchased and bonus credits unchanged', async () => {
    const user_id = await w.user('11');
    await w.switch(user_id, 'enterprise');
    await w.switch(user_id, 'free');
    expect(await w.balance(user_id)).toMatchObject({ balance: '6.000000' });
    expect((await w.grants(user_id)).map((grant) => grant.source)).toEqual(['bonus']);
    await w.verify(user_id);
  });

  it('grants no more than the most expensive tier of the period, whatever the order and number of switches', async () => {
    const user_id = await w.user('5');
    const order = [
      'starter',
      'trial',
      'professional',
      'starter',
      'professional',
      'free',
      'professional',
      'trial',
      'starter',
      'professional',
    ];
    let used = 0n;
    for (const [i, tier] of order.entries()) {
      await w.switch(user_id, tier);
      if (i % 3 === 0) await w.settle(user_id, '7');
      const { status } = await w.post('credits/deduct', { user_id, amount: '2.5', service: 'tts' });
      used += (status === 200 ? units('2.5') : 0n) + (i % 3 === 0 ? units('7') : 0n);
      const { balance, debt } = await w.balance(user_id);
      expect(used - units(debt as string) + units(balance as string)).toBeLessThanOrEqual(units('60'));
      await w.verify(user_id);
    }
  });

  it('repeated 10 times concurrently grants the credits once', async () => {
    const user_id = await w.user();
    await concurrently(10, () => w.switch(user_id, 'professional'));
    expect(await w.balance(user_id)).toMatchObject({ balance: '60.000000' });
    await concurrently(20, (i) => w.switch(user_id, i % 2 ? 'starter' : 'professional'));
    await w.switch(user_id, 'professional');
    expect(await w.balance(user_id)).toMatchObject({ balance: '60.000000' });
    await w.verify(user_id);
  });

  it('replaces a scheduled downgrade', async () => {
    const user_id = await w.user();
    await w.switch(user_id, 'professional');
    await w.done('credits/tiers/switch', { new_tier: 'trial' }, { token: await w.as(user_id) });
    expect(await w.switch(user_id, 'starter')).toMatchObject({ tier: 'starter', next_tier: null });
  });
});
