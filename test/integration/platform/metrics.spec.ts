import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MetricsEndpoint } from '../../../src/health/metrics.endpoint.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { startApp, type TestApp } from '../../support/app.js';
import { type Sample, samplesOf } from '../../support/metrics.js';
import { StripeStandIn, WEBHOOK_SECRET } from '../../support/services/stripe-stand-in.js';

const TOKEN = 'a token of the scraper with 32 characters or more';
const KEYCLOAK_SECRET = 'a secret that Keycloak knows';
const OTHERS = {
  KEYCLOAK_WEBHOOK_SECRET: KEYCLOAK_SECRET,
  STRIPE_SECRET_KEY: 'sk_test_of_the_metrics',
  STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
  PAYMENT_SUCCESS_URL: 'https://app.example/paid',
  PAYMENT_CANCEL_URL: 'https://app.example/not-paid',
};
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };

async function scrape(t: TestApp): Promise<Sample[]> {
  const answer = await t.call('/metrics', { headers: AUTHORIZATION });
  expect(answer.status).toBe(200);
  return samplesOf(answer.text);
}

function valueOf(samples: Sample[], name: string, labels: Record<string, string> = {}): number | undefined {
  const isAsked = (sample: Sample): boolean =>
    sample.name === `tollgate_${name}` && Object.entries(labels).every(([key, value]) => sample.labels[key] === value);
  return samples.find(isAsked)?.value;
}

describe('the metrics', () => {
  let t: TestApp;
  let admin: string;

  beforeAll(async () => {
    t = await startApp({ env: { METRICS_TOKEN: TOKEN, ...OTHERS } });
    admin = await t.tokenFor('ops', 'admin');
  });
  afterAll(() => t.close());

  const post = (path: string, body: object) => t.call(path, { method: 'POST', token: admin, body });

  /** Charges, holds, work, reads and refusals of a user. */
  async function traffic(user_id: string): Promise<void> {
    const token = await t.tokenFor(user_id, 'user');
    await t.call('credits/balance', { token });
    await post('credits/deduct', { user_id, amount: '1', service: 'writer' });
    await post('credits/deduct', { user_id, amount: '1000', service: 'writer' });
    const hold = (await post('credits/holds', { user_id, amount: '1', service: 'writer' })).body as { id: string };
    await post(`credits/holds/${hold.id}/capture`, { amount: '1.5' });
    await post('credits/usage/track', {
      user_id,
      service: 'writer',
      model: user_id,
      input_tokens: 3,
      output_tokens: 4,
    });
    await t.call(`credits/transactions/${hold.id}/receipt`, { token });
    await t.call(`nowhere/${user_id}`, { method: 'DELETE', token });
    await t.call('credits/balance', { token: `${token}x` });
  }

  /**
   * Sends messages about a user: one accepted and one refused each of Keycloak and Stripe, and two stored ones of
   * LiteLLM.
   */
  async function messages(user_id: string): Promise<void> {
    const deliver = (path: string, body: string, headers: Record<string, string>) =>
      t.call(`integrations/${path}`, { method: 'POST', body, headers });
    const registration = JSON.stringify({ type: 'access.REGISTER', authDetails: { userId: user_id } });
    const signature = createHmac('sha256', KEYCLOAK_SECRET).update(registration).digest('hex');
    for (const sent of [signature, 'of somebody else'])
      await deliver('keycloak/events', registration, { 'x-keycloak-signature': sent });
    const { body, headers } = StripeStandIn.signed({ id: `evt_${user_id}`, type: 'x', data: { object: {} } });
    for (const sent of [headers, { 'stripe-signature': 't=1,v1=2' }]) await deliver('stripe/webhook', body, sent);
    const log = { id: user_id, status: 'success', model: 'a-model', total_tokens: 1, response_cost: 0.1 };
    await post('integrations/litellm/callback', [log]);
    await t.call('integrations/litellm/callback', { method: 'POST', token: admin, body: '{' });
  }

  it('count messages of other services by outcome, and show the release', async () => {
    await messages('mia');
    const samples = await scrape(t);
    const counted = samples.filter(({ name }) => name === 'tollgate_webhook_messages_total');
    expect(counted.map(({ labels, value }) => [labels.provider, labels.outcome, value]).toSorted()).toEqual([
      ['keycloak', 'ready', 1],
      ['keycloak', 'refused', 1],
      ['litellm', 'rejected', 2],
      ['stripe', 'ignored', 1],
      ['stripe', 'refused', 1],
    ]);
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(valueOf(samples, 'build_info', { version })).toBe(1);
  });

  it('count requests by route pattern and status', async () => {
    await traffic('ann');
    const samples = await scrape(t);
    const deduct = { method: 'POST', route: '/api/v1/credits/deduct' };
    expect(valueOf(samples, 'http_requests_total', { ...deduct, status: '402' })).toBe(1);
    expect(valueOf(samples, 'http_request_duration_seconds_count', deduct)).toBe(2);
    expect(valueOf(samples, 'http_requests_total', { method: 'any', route: 'unknown', status: '404' })).toBe(1);
    expect(valueOf(samples, 'http_problems_total', { code: 'insufficient_credits' })).toBe(1);
    expect(valueOf(samples, 'postings_refused_total', { code: 'insufficient_credits' })).toBe(1);
    expect(valueOf(samples, 'postings_total', { way: 'batch' })).toBeGreaterThan(0);
    expect(valueOf(samples, 'postings_total', { way: 'locked' })).toBeGreaterThan(0);
    expect(valueOf(samples, 'batch_postings_count')).toBeGreaterThan(0);
    expect(valueOf(samples, 'hold_exceeded_total')).toBe(1);
    expect(valueOf(samples, 'posting_queue')).toBe(0);
    expect(valueOf(samples, 'ready')).toBe(1);
    expect(valueOf(samples, 'shutting_down')).toBe(0);
  });

  it('have as many series after many users as after few', async () => {
    await traffic('eve');
    const before = (await scrape(t)).map(({ series }) => series);
    for (let i = 0; i < 25; i += 1) {
      await traffic(`user-${i}@example.com`);
      await messages(`user-${i}@example.com`);
    }
    const text = (await t.call('/metrics', { headers: AUTHORIZATION })).text;
    const after = samplesOf(text).map(({ series }) => series);
    const grown = after.filter((series) => series.startsWith('tollgate_') && !before.includes(series));
    expect(grown).toEqual([]);
    expect(after.length).toBeLessThan(1_000);
    expect(text).not.toMatch(/example\.com|user-\d|\b(ann|eve|mia)\b|sk[-_]/);
  });

  it('contain only numbers, each series once', async () => {
    t.app
      .get(Metrics)
      .gauge({ name: 'broken', help: 'A gauge that has no number.' }, () => [{ labels: {}, value: Number.NaN }]);
    const samples = await scrape(t);
    expect(samples.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
    expect(samples.some(({ name }) => name === 'tollgate_broken')).toBe(false);
    expect(new Set(samples.map(({ series }) => series)).size).toBe(samples.length);
  });
});

describe('metrics from the database', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startApp({ env: { METRICS_TOKEN: TOKEN } });
  });
  afterAll(() => t.close());

  it('are queried on a scrape, at most once every few seconds', async () => {
    const admin = await t.tokenFor('ops', 'admin');
    const post = (path: string, body: object) => t.call(path, { method: 'POST', token: admin, body });
    await post('credits/holds', { user_id: 'ann', amount: '2', service: 'writer' });
    await post('credits/usage/track', { user_id: 'ben', service: 'writer', input_tokens: 3, output_tokens: 4 });
    const hold = (await post('credits/holds', { user_id: 'ben', amount: '1', service: 'writer' })).body as {
      id: string;
    };
    await post(`credits/holds/${hold.id}/capture`, { amount: '8' });
    const samples = await scrape(t);
    expect(valueOf(samples, 'db_up')).toBe(1);
    expect(valueOf(samples, 'holds_active')).toBe(1);
    expect(valueOf(samples, 'held_credits')).toBe(2);
    expect(valueOf(samples, 'accounts_in_debt')).toBe(1);
    expect(valueOf(samples, 'debt_credits')).toBe(3);
    expect(valueOf(samples, 'rollup_lag_events')).toBe(1);
    expect(valueOf(samples, 'rollup_lag_seconds')).toBeGreaterThan(0);
    expect(valueOf(samples, 'db_pool_connections_max', { pool: 'main' })).toBe(10);
    await post('credits/holds', { user_id: 'ann', amount: '1', service: 'writer' });
    expect(valueOf(await scrape(t), 'holds_active')).toBe(1);
  });

  it('are left out, with db_up 0, if the database does not respond', async () => {
    const away = await startApp({
      database_url: 'postgresql://nobody@127.0.0.1:1/none',
      env: { METRICS_TOKEN: TOKEN },
    });
    const samples = await scrape(away);
    expect(valueOf(samples, 'db_up')).toBe(0);
    expect(valueOf(samples, 'ready')).toBe(0);
    expect(valueOf(samples, 'holds_active')).toBeUndefined();
    await away.close();
  });
});

describe('/metrics', () => {
  it('is off unless configured', async () => {
    const t = await startApp();
    expect((await t.call('/metrics')).status).toBe(404);
    await t.app.get(MetricsEndpoint).listen();
    expect(t.app.get(MetricsEndpoint).port).toBeNull();
    await t.close();
  });

  it("requires the token on the service's port", async () => {
    const t = await startApp({ env: { METRICS_TOKEN: TOKEN } });
    expect(await t.call('/metrics')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect((await t.call('/metrics', { token: `${TOKEN}.` })).status).toBe(401);
    expect((await t.call('/metrics', { token: await t.tokenFor('ops', 'admin') })).status).toBe(401);
    expect((await t.call('/metrics', { headers: AUTHORIZATION })).headers['content-type']).toMatch(/^text\/plain/);
    await t.close();
  });

  it('can have a separate port, with nothing else on it', async () => {
    const t = await startApp({ env: { METRICS_PORT: '0', HOST: '127.0.0.1' } });
    const endpoint = t.app.get(MetricsEndpoint);
    await endpoint.listen();
    const base = `http://127.0.0.1:${endpoint.port}`;
    expect((await t.call('/metrics')).status).toBe(404);
    expect((await fetch(`${base}/metrics`)).status).toBe(200);
    expect((await fetch(`${base}/health/live`)).status).toBe(404);
    await t.close();
    await expect(fetch(`${base}/metrics`)).rejects.toThrow();
  });

  it('requires the token on a separate port, too, if one is set', async () => {
    const t = await startApp({ env: { METRICS_PORT: '0', HOST: '127.0.0.1', METRICS_TOKEN: TOKEN } });
    const endpoint = t.app.get(MetricsEndpoint);
    await endpoint.listen();
    const url = `http://127.0.0.1:${endpoint.port}/metrics`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: AUTHORIZATION })).status).toBe(200);
    await t.close();
  });

  it('aborts the start if its port is taken, with METRICS_PORT in the error', async () => {
    const other: Server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const t = await startApp({ env: { METRICS_PORT: String(port), HOST: '127.0.0.1' } });
    await expect(t.app.get(MetricsEndpoint).listen()).rejects.toThrow(`METRICS_PORT ${port} cannot be used`);
    await t.close();
    other.close();
  });
});
