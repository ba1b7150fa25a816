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
