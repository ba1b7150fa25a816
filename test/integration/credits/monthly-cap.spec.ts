import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { concurrently, statuses, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

describe('the monthly cap', () => {
  const deduct = (user_id: string, amount: string) => w.post('credits/deduct', { user_id, amount, service: 'tts' });

  it('set by an admin stops plan credits from burning, and the error states until when', async () => {
    const user_id = await w.userOf('starter');
    expect(await w.done('credits/cap', { user_id, monthly_cap: '8' })).toMatchObject({ monthly_cap: '8.000000' });
    await w.deduct(user_id, '5');
    const refused = await deduct(user_id, '3.0000000001');
    const { reset_date } = await w.balance(user_id);
    expect(refused).toMatchObject({
      status: 402,
      body: { code: 'monthly_cap_exceeded', monthly_cap: '8.000000', resets_at: reset_date },
    });
    expect((await w.get('credits/check', { user_id, amount: '4' })).body).toMatchObject({
      sufficient: false,
      reason: 'monthly_cap_exceeded',
    });
    expect((await deduct(user_id, '3')).status).toBe(200);
    expect((await deduct(user_id, '0.0000000001')).body.code).toBe('monthly_cap_exceeded');
    expect(await w.balance(user_id)).toMatchObject({ balance: '12.000000' });
    await w.verify(user_id);
  });

  it('is enforced for 40 concurrent deductions', async () => {
    const user_id = await w.userOf('starter');
    await w.done('credits/cap', { user_id, monthly_cap: '8' });
    const answers = await concurrently(40, () => deduct(user_id, '1'));
    expect(statuses(answers)).toEqual({ 200: 8, 402: 32 });
    await w.verify(user_id);
  });

  it('is enforced for holds too', async () => {
    const user_id = await w.userOf('starter');
    await w.done('credits/cap', { user_id, monthly_cap: '8' });
    await w.hold(user_id, '8');
    expect((await deduct(user_id, '1')).body.code).toBe('credits_on_hold');
    expect((await w.post('credits/holds', { user_id, amount: 9, service: 'tts' })).body.code).toBe(
      'monthly_cap_exceeded',
    );
  });

  it('does not apply to purchased and bonus credits', async () => {
    const user_id = await w.userOf('starter');
    await w.done('credits/cap', { user_id, monthly_cap: '8' });
    await w.deduct(user_id, '8');
    await w.bonus(user_id, '2');
    await w.done('credits/allocate', { user_id, amount: 3, source: 'purchase' });
    expect((await deduct(user_id, '5.1')).body.code).toBe('monthly_cap_exceeded');
    expect((await deduct(user_id, '5')).status).toBe(200);
    expect((await w.grants(user_id)).map((grant) => [grant.source, grant.remaining])).toEqual([
      ['plan', '7.000000'],
      ['trial', '5.000000'],
    ]);
  });

  it('resets with the period', async () => {
    const user_id = await w.userOf('starter');
    await w.done('credits/cap', { user_id, monthly_cap: '8' });
    await w.deduct(user_id, '8');
    await w.age(user_id, 31);
    expect(await w.balance(user_id)).toMatchObject({ monthly_cap: '8.000000', balance: '20.000000' });
    expect((await deduct(user_id, '8')).status).toBe(200);
    expect((await deduct(user_id, '1')).body.code).toBe('monthly_cap_exceeded');
  });

  it('is unlimited when null, and follows the tier again when omitted', async () => {
    const user_id = await w.userOf('starter');
    await w.done('credits/cap', { user_id, monthly_cap: 0 });
    expect((await deduct(user_id, '1')).body.code).toBe('monthly_cap_exceeded');
    expect(await w.done('credits/cap', { user_id, monthly_cap: null })).toMatchObject({ monthly_cap: null });
    expect((await deduct(user_id, '19')).status).toBe(200);
    expect(await w.done('credits/cap', { user_id })).toMatchObject({ monthly_cap: '20.000000' });
    expect((await deduct(user_id, '1')).status).toBe(200);
    expect(await w.audit(user_id, 'credit.cap')).toHaveLength(3);
  });

  it('below the monthly credits of its tier locks the rest', async () => {
    await w.done('credits/tiers', {
      tier: 'capped',
      name: 'Capped',
      price_monthly: 1,
      credits_monthly: 30,
      monthly_cap: 10,
      cost_per_1k_tokens: 1,
      renews: true,
      rank: 2,
      is_public: false,
    });
    const user_id = await w.userOf('capped');
    expect((await deduct(user_id, '11')).body.code).toBe('monthly_cap_exceeded');
    expect((await deduct(user_id, '10')).status).toBe(200);
    expect((await deduct(user_id, '1')).body.code).toBe('monthly_cap_exceeded');
  });

  it('does not prevent the charge of finished work', async () => {
    const user_id = await w.userOf('starter');
    await w.done('credits/cap', { user_id, monthly_cap: '8' });
    await w.settle(user_id, '15');
    expect(await w.balance(user_id)).toMatchObject({ balance: '5.000000', debt: '0.000000' });
    expect((await deduct(user_id, '1')).body.code).toBe('monthly_cap_exceeded');
    await w.verify(user_id);
  });
});
