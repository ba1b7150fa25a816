import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestEnv } from '../support/factories.js';
import { Dashboard } from './support.js';

let w: TestEnv;
let d: Dashboard;
beforeAll(async () => {
  w = await TestEnv.start({});
  d = await Dashboard.start(w);
});
afterAll(async () => {
  await d.close();
  await w.close();
});

it('creates an experiment whose size follows from the difference to be found', async () => {
  const p = await d.open('/admin/growth', { user_id: 'an-admin', roles: ['admin'] });
  const { page } = p;
  await page.getByText('No experiments').waitFor();
  await page.getByRole('button', { name: 'New experiment' }).click();
  const form = page.getByRole('form', { name: 'New experiment' });
  await form.getByRole('button', { name: 'Create experiment' }).click();
  await form.getByText('Enter a value.').first().waitFor();
  await form.getByLabel('Key').fill('welcome');
  await form.getByLabel('First day').fill('2098-12-01');
  await form.getByLabel('Last day').fill('2098-12-31');
  await form.getByLabel('Share today').fill('10');
  await form.getByLabel('Smallest difference').fill('5');
  const second = form.getByRole('group', { name: 'Arm 2' });
  await second.getByLabel('Name').fill('steps');
  await second.getByRole('combobox', { name: 'Its accounts get' }).click();
  await page.getByRole('option', { name: 'Other steps' }).click();
  await second.getByRole('button', { name: 'Add a step' }).click();
  await second.getByLabel('Credits').fill('7.5');
  await form.getByRole('button', { name: 'Create experiment' }).click();
  await page.getByText('each arm needs 726 accounts').waitFor();
  await p.isAccessible();
  const [experiment] = await w.sql('SELECT arms, arm_size FROM experiments');
  expect(experiment).toMatchObject({
    arm_size: 726,
    arms: [
      { name: 'usual', weight: 1 },
      { name: 'steps', weight: 1, trial_steps: [{ on: 'email_verified', expires_days: 30 }] },
    ],
  });
  await p.close();
});

it('shows how accounts were opened, and experiments with intervals', async () => {
  await w.done('provisioning/register', { user_id: 'ann', source: 'ads' });
  await w.done('credits/usage/track', { user_id: 'ann', service: 'tts', cost: '0.5', charge: true });
  // forty accounts in each arm, whose windows are over
  await w.sql(`INSERT INTO experiments (key, metric, arms, "from", "to", window_days, arm_size, created_by)
    VALUES ('trial-size', 'converted', '[{"name":"five","weight":1},{"name":"ten","weight":1}]', now() - interval '40 days', now() + interval '3 days', 1, 40, 'ops')`);
  await w.sql(`INSERT INTO experiment_assignments (user_id, experiment, arm, assigned_at)
    SELECT 'u' || n, 'trial-size', CASE WHEN n % 2 = 0 THEN 'five' ELSE 'ten' END, now() - interval '5 days' FROM generate_series(1, 80) n`);
  await w.sql(`INSERT INTO payments (user_id, kind, status, package_code, credits, amount, currency, paid_at)
    SELECT 'u' || n, 'package', 'paid', 'p', 10, 10, 'usd', now() - interval '4.5 days' FROM generate_series(1, 80) n WHERE n % 4 = 1 OR n < 10`);
  const p = await d.open('/admin/growth', { user_id: 'an-admin', roles: ['admin'] });
  await p.page.getByText('trial-size').first().waitFor();
  await p.page.getByText('five').first().waitFor();
  expect(await p.page.getByText('ten is better.').count()).toBe(1);
  expect(await p.page.getByRole('img', { name: /45%/ }).count()).toBe(1);
  await p.close();
});
