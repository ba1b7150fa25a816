import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import { ProvisioningService } from '../../../src/provisioning/provisioning.service.js';
import { systemActor } from '../../../src/platform/actor.js';
import { startApp } from '../../support/app.js';
import { createTestDatabase } from '../../support/database.js';
import { concurrently, statuses, TestEnv } from '../../support/factories.js';
import { listen } from '../../support/services/listen.js';

describe('a new user', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  });
  afterAll(() => w.close());

  async function expectOneStart(user_id: string): Promise<void> {
    const lines = await w.ledger(user_id);
    expect(lines.filter((line) => line.transaction_type === 'purchase')).toEqual([
      expect.objectContaining({
        amount: '5.0000000000',
        balance_after: '5.0000000000',
        metadata: { tier: 'trial', reason: 'initial_allocation', source: 'trial_signup' },
      }),
    ]);
    expect(lines[0]?.transaction_type).toBe('purchase');
    expect(await w.sql(`SELECT amount FROM credit_grants WHERE user_id = $1 AND source = 'trial'`, [user_id])).toEqual([
      { amount: '5.0000000000' },
    ]);
    expect(await w.audit(user_id, 'credit.create')).toHaveLength(1);
    await w.verify(user_id);
  }

  it('gets the trial on the first request', async () => {
    const user_id = randomUUID();
    const before = Date.now();
    const { status, body } = await w.get('credits/balance', {}, await w.as(user_id));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      user_id,
      balance: '5.000000',
      available: '5.000000',
      held: '0.000000',
      debt: '0.000000',
      tier: 'trial',
      allocated_monthly: '5.000000',
      bonus_credits: '0.000000',
      free_tier_used: '0.000000',
      monthly_cap: '5.000000',
      used_this_period: '0.000000',
    });
    const reset = Date.parse(body.reset_date as string);
    expect(reset - before).toBeGreaterThanOrEqual(30 * DAY_MS - 5);
    expect(reset - before).toBeLessThan(30 * DAY_MS + 10_000);
    const { body: lines } = await w.list('credits/transactions', {}, await w.as(user_id));
    expect(lines).toEqual([
      expect.objectContaining({
        user_id,
        amount: '5.000000',
        balance_after: '5.000000',
        transaction_type: 'purchase',
        metadata: { tier: 'trial', reason: 'initial_allocation', source: 'trial_signup' },
      }),
    ]);
  });

  it('has one account and one grant if 50 first requests arrive concurrently', async () => {
    const user_id = randomUUID();
    const token = await w.as(user_id);
    const answers = await concurrently(50, () => w.get('credits/balance', {}, token));
    expect(statuses(answers)).toEqual({ 200: 50 });
    for (const { body } of answers) expect(body).toMatchObject({ balance: '5.000000', tier: 'trial' });
    await expectOneStart(user_id);
    expect(await w.ledger(user_id)).toHaveLength(1);
  });

  it('has one account and one grant if the first requests are of all kinds', async () => {
    const user_id = randomUUID();
    const token = await w.as(user_id);
    const kinds = [
      () => w.get('credits/balance', {}, token),
      () => w.get('credits/check', { amount: '1' }, token),
      () => w.get('credits/grants', {}, token),
      () => w.get('credits/transactions', {}, token),
      () => w.post('credits/deduct', { user_id, amount: '0.1', service: 'tts' }),
      () => w.post('credits/holds', { user_id, amount: '0.1', service: 'tts' }),
      () => w.post('credits/bonus', { user_id, amount: '1', reason: 'welcome' }),
      () => w.post('credits/tiers/switch', { new_tier: 'trial' }, { token }),
      () => w.post('provisioning/register', { user_id }),
    ];
    const answers = await concurrently(45, (i) => kinds[i % kinds.length]!());
    expect(statuses(answers)).toEqual({ 200: 35, 201: 5, 202: 5 });
    await expectOneStart(user_id);
    expect((await w.balance(user_id)).balance).toBe('9.500000');
  });

  it('can be charged by the first request', async () => {
    const user_id = randomUUID();
    expect(await w.deduct(user_id, '2')).toMatchObject({ balance: '3.000000', balance_after: '3.000000' });
    await expectOneStart(user_id);
  });

  it('has one account after registration, however often it is registered', async () => {
    const user_id = randomUUID();
    const answers = await concurrently(10, () => w.post('provisioning/register', { user_id }, { token: w.service }));
    answers.push(await w.post('provisioning/register', { user_id }));
    expect(statuses(answers)).toEqual({ 202: 11 });
    for (const { body } of answers) expect(body).toEqual({ user_id, state: 'ready' });
    await expectOneStart(user_id);
  });

  it('gets an account when work is ingested', async () => {
    const user_id = randomUUID();
    const provisioning = w.t.app.get(ProvisioningService);
    await concurrently(10, () => provisioning.ensure(systemActor('ingest'), user_id));
    await expectOneStart(user_id);
  });

  it('can have any id of 1 to 255 characters', async () => {
    for (const user_id of ['x', "o'brien@example.com", 'ключ-😀', 'a b', 'x'.repeat(255), '😀'.repeat(255), '../..']) {
      expect(await w.done('provisioning/register', { user_id })).toEqual({ user_id, state: 'ready' });
      expect(await w.balance(user_id)).toMatchObject({ user_id, balance: '5.000000' });
    }
    for (const user_id of ['', ' ', 'x'.repeat(256), 'a\nb', 'a\u0000b', 7, null, ['x']]) {
      const { status, body } = await w.post('provisioning/register', { user_id });
      expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field: 'user_id' })]]);
    }
  });

  it('can be registered only by services and admins', async () => {
    const token = await w.as('somebody');
    const { status, body } = await w.post('provisioning/register', { user_id: 'somebody' }, { token });
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });
});

describe('with another configuration', () => {
  it('a new user gets the configured tier and credits', async () => {
    const w = await TestEnv.start({ env: { INITIAL_TIER: 'starter', INITIAL_CREDITS: '12.5' } });
    try {
      const user_id = randomUUID();
      await w.open(user_id);
      expect(await w.balance(user_id)).toMatchObject({
        balance: '12.500000',
        tier: 'starter',
        monthly_cap: '20.000000',
      });
      expect((await w.ledger(user_id))[0]?.metadata).toMatchObject({ tier: 'starter', reason: 'initial_allocation' });
      await w.verify(user_id);
    } finally {
      await w.close();
    }
  });

  it('a new user can start without credits', async () => {
    const w = await TestEnv.start({ env: { INITIAL_TIER: 'free', INITIAL_CREDITS: '0' } });
    try {
      await w.open('nobody');
      expect(await w.balance('nobody')).toMatchObject({ balance: '0.000000', tier: 'free' });
      expect(await w.ledger('nobody')).toEqual([]);
    } finally {
      await w.close();
    }
  });
});

describe('while the database is down', () => {
  it('a registration is accepted as pending, and the next request completes it', async () => {
    const database = await createTestDatabase();
    const link = await startLink(database.url);
    const t = await startApp({ database_url: link.url });
    const admin = await t.tokenFor('an-admin', 'admin');
    const register = () => t.call('provisioning/register', { method: 'POST', token: admin, body: { user_id: 'late' } });
    try {
      await t.call('credits/balance', { token: admin });
      link.cut();
      const away = await register();
      expect([away.status, away.body]).toEqual([202, { user_id: 'late', state: 'pending' }]);
      const charge = { user_id: 'late', amount: '1', service: 'tts' };
      const refused = await t.call('credits/deduct', { method: 'POST', token: admin, body: charge });
      expect(refused).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
      expect(refused.headers['retry-after']).toBeDefined();

      link.mend();
      const touched = await t.call('credits/balance', { token: await t.tokenFor('late', 'user') });
      expect(touched).toMatchObject({ status: 200, body: { balance: '5.000000', tier: 'trial' } });
      expect(await register()).toMatchObject({ status: 202, body: { state: 'ready' } });
    } finally {
      await t.close();
      link.cut();
      await link.close();
      await database.drop();
    }
  });
});

/** A proxy to the database that can be disconnected and reconnected. */
async function startLink(
  database: string,
): Promise<{ url: string; cut: () => void; mend: () => void; close: () => Promise<void> }> {
  const url = new URL(database);
  const [host, port] = [url.hostname, Number(url.port)];
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((inbound) => {
    if (isCut) return void inbound.destroy();
    const outbound = connect(port, host);
    for (const [socket, other] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  url.host = new URL(await listen(server)).host;
  return {
    url: url.href,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    mend: () => {
      isCut = false;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
