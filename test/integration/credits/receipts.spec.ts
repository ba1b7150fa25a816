import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

async function charged(user_id: string, work: object): Promise<string> {
  const body = { user_id, service: 'openrouter', charge: true, ...work };
  return (await w.done('credits/usage/track', body)).transaction_id as string;
}

const receipt = async (user_id: string, line: string): Promise<Json> =>
  (await w.get(`credits/transactions/${line}/receipt`, {}, await w.as(user_id))).body;

describe('a receipt', () => {
  it('shows the price, parts and markup of the work, which add up', async () => {
    const user_id = await w.user('100');
    const pools = { input_tokens: 1_000_000, cache_read_tokens: 2_000_000, output_tokens: 500_000 };
    const line = await charged(user_id, { model: 'gpt-4o-2024-08-06', ...pools, tokens: 3_600_000 });
    const body = await receipt(user_id, line);
    expect(body).toMatchObject({ amount: '-12.100000', refundable: '12.100000' });
    expect(body.usage).toMatchObject({
      model: 'gpt-4o-2024-08-06',
      provider_cost: '11.000000',
      platform_markup: '1.100000',
      total_cost: '12.100000',
      markup_rate: '0.100000',
      markup_rule: 'class standard',
      price: { model: 'openai/gpt-4o', input_per_million: '2.500000', class: 'standard' },
      parts: [
        { measure: 'input_tokens', count: '1000000.000000', price: '2.500000', cost: '2.500000' },
        { measure: 'output_tokens', count: '500000.000000', price: '10.000000', cost: '5.000000' },
        { measure: 'cache_read_tokens', count: '2000000.000000', price: '1.250000', cost: '2.500000' },
        { measure: 'other_tokens', count: '100000.000000', price: '10.000000', cost: '1.000000' },
      ],
    });
    expect(body.explanation).toEqual(
      expect.arrayContaining([
        '2000000 cache_read_tokens at 1.250000 USD per million: 2.500000.',
        "The provider's cost is 11.000000. The markup of 10% (class standard) is 1.100000.",
      ]),
    );
  });

  it('shows the original prices and rules, even after they changed', async () => {
    const user_id = await w.user('100');
    await w.done('pricing/models', { model: 'acme/then', per_second: '0.01' });
    const rule = (await w.done('pricing/markup-rules', { scope: 'provider', match: 'acme', rate: '0.5' })).id as string;
    const line = await charged(user_id, { model: 'acme/then', quantity: '1.5', unit: 'minute' });
    await w.done('pricing/models', { model: 'acme/then', per_second: '0.02' });
    await w.t.call(`pricing/markup-rules/${rule}`, { method: 'DELETE', token: w.admin });
    const body = await receipt(user_id, line);
    expect(body.usage).toMatchObject({
      total_cost: '1.350000',
      markup_rate: '0.500000',
      markup_rule: null,
      price: { per_second: '0.010000' },
      parts: [{ measure: 'second', count: '90.000000', price: '0.010000', cost: '0.900000' }],
    });
    expect(body.explanation).toContain('90 second at 0.010000 USD each: 0.900000.');
  });

  it('states that the price is provisional, and later the correction', async () => {
    const user_id = await w.user('10');
    const line = await charged(user_id, { model: 'acme/unheard-of', input_tokens: 1_000_000 });
    const before = await receipt(user_id, line);
    expect(before.usage).toMatchObject({ is_rated: false, price: null, parts: [] });
    expect(before.explanation).toContainEqual(expect.stringContaining('provisional'));
    await w.done('pricing/models', { model: 'acme/unheard-of', input_per_million: '0.5' });
    await w.done('pricing/rerate', {});
    const after = await receipt(user_id, line);
    expect(after).toMatchObject({ amount: '-1.000000', refundable: '0.525000' });
    expect(after.usage).toMatchObject({ is_rated: true, total_cost: '0.525000' });
    expect(after.explanation).toContainEqual(expect.stringContaining('given back'));
  });

  it('states that the caller stated the total; other lines have no usage', async () => {
    const user_id = await w.user('10');
    const given = await receipt(user_id, await charged(user_id, { model: 'gpt-4o', cost: '1.1' }));
    expect(given.usage).toMatchObject({ price: null, provider_cost: '1.000000', platform_markup: '0.100000' });
    expect(given.explanation).toContainEqual(expect.stringContaining('The caller stated the total'));
    const [bonus] = (await w.list('credits/transactions', { user_id, type: 'bonus' })).body;
    expect(await receipt(user_id, bonus?.id as string)).toMatchObject({ usage: null, amount: '5.000000' });
  });
});
