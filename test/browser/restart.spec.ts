import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { TEST_SECRET } from '../support/app.js';
import { TestEnv } from '../support/factories.js';
import { launch, ready } from '../support/services/built-service.js';
import { Dashboard } from './support.js';

let w: TestEnv;
let dashboard: Dashboard;
let port: number;
let service: ChildProcess;

const start = (): Promise<ChildProcess> => {
  const env = { DATABASE_URL: w.t.database_url, JWT_SECRET: TEST_SECRET, PORT: String(port), HOST: '127.0.0.1' };
  return ready(launch({ ...env, PRICE_SYNC: 'off', LOG_LEVEL: 'fatal' }), port);
};

beforeAll(async () => {
  w = await TestEnv.start();
  port = await freePort();
  service = await start();
  dashboard = await Dashboard.at(w, `http://127.0.0.1:${port}`);
});
afterAll(async () => {
  service.kill('SIGKILL');
  await dashboard.close();
  await w.close();
});

it('a service that is killed in mid-work loses nothing that was typed, and the repetition books once', async () => {
  const user_id = await w.user('5');
  await w.done('credits/coupons/create', { code: 'RESTART-1', coupon_type: 'credit_bonus', value: 3 });
  const opened = await dashboard.open('/coupons', { user_id });
  const { page } = opened;
  await page.getByLabel('Coupon code').fill('RESTART-1');
  const died = once(service, 'exit');
  service.kill('SIGKILL');
  await died;
  await page.getByRole('button', { name: 'Redeem', exact: true }).click();
  await page.getByText('The service cannot be reached').waitFor();
  expect(await page.getByLabel('Coupon code').inputValue()).toBe('RESTART-1');
  service = await start();
  await page.getByRole('button', { name: 'Redeem', exact: true }).click();
  await page.getByText('RESTART-1 is redeemed').first().waitFor();
  expect((await w.balance(user_id))['balance']).toBe('8.000000');
  await opened.page.context().close();
});
