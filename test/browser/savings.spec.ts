import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { TestEnv } from '../support/factories.js';
import { Dashboard } from './support.js';

let w: TestEnv;
let d: Dashboard;
beforeAll(async () => {
  w = await TestEnv.start({});
  for (const [model, input_per_million] of Object.entries({ 'acme/large': '10', 'acme/small': '1' }))
    await w.done('pricing/models', { model, input_per_million, output_per_million: '4', context_length: 200_000 });
  d = await Dashboard.start(w);
});
afterAll(async () => {
  await d.close();
  await w.close();
});

it('shows what could be saved with its arithmetic, and dismisses it for good', async () => {
  const user_id = await w.user('1000', 'enterprise');
  const work = { user_id, service: 'openrouter', model: 'acme/large', input_tokens: 10_000, output_tokens: 500 };
  for (let n = 0; n < 60; n += 1)
    await w.done('credits/usage/track', { ...work, charge: true, request_id: randomUUID() });
  const all = (await w.list('usage/recommendations', {}, await w.as(user_id))).body;
  const advice = all.find(({ kind }) => kind === 'cheaper_model');
  expect(advice).toMatchObject({ details: { other_model: 'acme/small' } });

  const opened = await d.open('/savings', { user_id });
  const { page } = opened;
  const one = page.getByRole('article').filter({ hasText: 'acme/small' });
  await one.getByText(/^60 requests, /).waitFor();
  for (const field of ['saving_monthly', 'current_cost', 'projected_cost'])
    await one.getByText(Number(advice?.[field]).toFixed(2)).first().waitFor();
  await one.getByRole('link', { name: 'Compare the models' }).waitFor();
  await opened.isAccessible();
  await one.getByRole('button', { name: /^Dismiss/ }).click();
  await one.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByRole('heading', { name: 'Save money' }).waitFor();
  expect((await w.list('usage/recommendations', {}, await w.as(user_id))).body).not.toContainEqual(
    expect.objectContaining({ id: advice?.id }),
  );
  await opened.close();
});
