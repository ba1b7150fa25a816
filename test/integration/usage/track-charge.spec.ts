import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, TestApp } from '../../support/app.js';
import { seededRandom } from '../../support/model/seeded-random.js';
import {
  concurrently,
  type Json,
  type JsonAnswer,
  type PostOptions,
  statuses,
  TestEnv,
} from '../../support/factories.js';

describe('charged work', () => {
  let w: TestEnv;
  let other: TestApp;
  beforeAll(async () => {
    w = await TestEnv.start();
    other = await w.another();
  });
  afterAll(() => w.close());

  const track = (body: object, options: PostOptions = {}): Promise<JsonAnswer> =>
    w.post('credits/usage/track', { service: 'tts', ...body }, options);
  const events = (user_id: string): Promise<Json[]> =>
    w.sql('SELECT * FROM usage_events WHERE user_id = $1 ORDER BY id', [user_id]);

  it('has one id for its event and its ledger line, and the line has the cost breakdown', async () => {
    const user_id = await w.user();
    const { body } = await track({ user_id, cost: '1.1', charge: true, model: 'm', metadata: { a: 1 } });
    expect(body.transaction_id).toBe(body.id);
    const [line] = (await w.list('credits/transactions', { user_id, transaction_type: 'usage' })).body;
    expect(line).toMatchObject({
      id: body.id,
      amount: '-1.100000',
      service: 'tts',
      model: 'm',
      description: 'tts: m',
      metadata: { a: 1 },
      cost_breakdown: { provider_cost: body.provider_cost, markup: body.platform_markup, total: '1.100000' },
    });
    expect(line!.created_at).toBe(body.created_at);
  });

  it('that is free books no line, even in debt', async () => {
    const user_id = await w.user();
    await w.settle(user_id, '7');
    for (const free of [{ is_free: true }, { model: 'some/model:free', input_tokens: 5 }, { billable: false }]) {
      const { status, body } = await track({ user_id, charge: true, ...free });
      expect({ status, body }).toMatchObject({ status: 200, body: { total_cost: '0.000000', transaction_id: null } });
    }
    expect((await track({ user_id, charge: true, cost: '0.1' })).body).toMatchObject({ code: 'insufficient_credits' });
    expect(await w.ledger(user_id)).toHaveLength(2);
    expect(await events(user_id)).toHaveLength(3);
    await w.verify(user_id);
  });

  it('that is refused leaves only an audit entry, and can be accepted later', async () => {
    const user_id = await w.user('1');
    const work = { user_id, cost: '2', charge: true, request_id: 'later' };
    const refused = await track(work);
    expect(refused).toMatchObject({ status: 402, body: { code: 'insufficient_credits', required: '2.000000' } });
    expect(await events(user_id)).toEqual([]);
    expect(await w.audit(user_id, 'credit.deduct_failed')).toHaveLength(1);
    await w.bonus(user_id, '2');
    expect((await track(work)).status).toBe(200);
    expect((await w.balance(user_id)).balance).toBe('1.000000');
  });

  it('is charged once when it is repeated with its name, its key or both', async () => {
    const user_id = await w.user();
    const work = { user_id, cost: '1', charge: true, request_id: 'r' };
    const first = await track(work, { key: 'k' });
    expect(first.headers['idempotency-hit']).toBeUndefined();
    const again = [
      await track(work, { key: 'k' }),
      await track(work),
      await track(work, { key: 'another' }),
      await track({ ...work, settle: true }),
      await track({ ...work, charge: false }),
    ];
    for (const answer of again) {
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: first.body });
      expect(answer.headers['idempotency-hit']).toBe('true');
    }
    expect((await track({ ...work, cost: '2' }, { key: 'k' })).status).toBe(409);
    expect((await w.balance(user_id)).balance).toBe('4.000000');
  });

  it('without a name is identified by its key', async () => {
    const user_id = await w.user();
    const [paid, free] = [
      { user_id, cost: '1', charge: true },
      { user_id, is_free: true, charge: true },
    ];
    for (const work of [paid, free]) {
      const key = `key-${JSON.stringify(work)}`;
      const answers = await concurrently(10, () => track(work, { key }));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(answers.filter(({ headers }) => headers['idempotency-hit'] !== 'true')).toHaveLength(1);
      expect((await track(work)).body.id).not.toBe(answers[0]!.body.id);
    }
    expect((await w.balance(user_id)).balance).toBe('3.000000');
    expect(await events(user_id)).toHaveLength(4);
  });

  it('that is only recorded is identified by its key as well', async () => {
    const user_id = await w.user();
    const answers = await concurrently(10, () => track({ user_id, cost: '1' }, { key: 'a-key' }));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-hit'] === 'true')).toHaveLength(9);
    await track({ user_id, cost: '1' }, { key: 'another' });
    expect(await events(user_id)).toMatchObject([{ request_id: 'a-key' }, { request_id: 'another' }]);
  });

  it('that was already recorded without a charge stays uncharged', async () => {
    const user_id = await w.user();
    const work = { user_id, cost: '1', request_id: 'r' };
    const first = await track(work);
    const later = await track({ ...work, charge: true });
    expect(later.body).toEqual(first.body);
    expect((await w.balance(user_id)).balance).toBe('5.000000');
  });

  it('recorded and charged concurrently by two services is one event, charged once or not at all', async () => {
    const random = seededRandom(7);
    for (let round = 0; round < 15; round += 1) {
      const user_id = await w.user();
      const answers = await concurrently(16, (i) => {
        const body = { user_id, service: 'tts', cost: '1', request_id: 'r', ...(random(2) ? { charge: true } : {}) };
        const [app, path] = [i % 2 ? w.t : other, 'credits/usage/track'];
        return app.call(path, { method: 'POST', token: w.service, body });
      });
      expect(statuses(answers)).toEqual({ 200: 16 });
      const [event, ...more] = await events(user_id);
      expect(more).toEqual([]);
      expect((await w.balance(user_id)).balance).toBe(event!.transaction_id === null ? '5.000000' : '4.000000');
      expect(new Set(answers.map(({ body }) => (body as Json).id))).toEqual(new Set([event!.id]));
      await w.verify(user_id);
    }
  });

  it.each([1, 2])('agrees with the ledger after random concurrent operations (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const users = await concurrently(3, () => w.user('4'));
    await w.sql('UPDATE user_credits SET calls_per_day = 120 WHERE user_id = ANY ($1)', [users]);
    const work = (): object => ({
      user_id: users[random(3)],
      service: 'tts',
      cost: `0.${random(9)}`,
      request_id: `r${random(90)}`,
      ...[{ charge: true }, { charge: true }, { settle: true }, {}][random(4)],
    });
    const call = (): Promise<Answer> => {
      const app = random(2) ? w.t : other;
      const send = (path: string, body: unknown): Promise<Answer> =>
        app.call(`credits/${path}`, { method: 'POST', token: w.admin, body });
      const user_id = users[random(3)];
      switch (random(6)) {
        case 0:
          return send('usage/track/batch', Array.from({ length: 1 + random(20) }, work));
        case 1:
          return send('deduct', { user_id, service: 'tts', amount: '0.2' });
        case 2:
          return send('holds', { user_id, service: 'tts', amount: '0.3' });
        case 3:
          return send('bonus', { user_id, amount: '1', reason: 'random' });
        default:
          return send('usage/track', work());
      }
    };
    for (let wave = 0; wave < 5; wave += 1) {
      const answers = await concurrently(40, call);
      expect(
        answers.filter(({ status }) => ![200, 201, 402, 409, 429].includes(status)).map(({ text }) => text),
      ).toEqual([]);
    }
    for (const user_id of users) await w.verify(user_id);
    const wrong = await w.sql(
      `SELECT e.id FROM usage_events e LEFT JOIN credit_transactions t ON t.user_id = e.user_id AND t.id = e.transaction_id
       WHERE e.user_id = ANY ($1) AND e.transaction_id IS NOT NULL AND (e.id <> e.transaction_id OR -t.amount IS DISTINCT FROM e.total_cost)`,
      [users],
    );
    expect(wrong).toEqual([]);
    const doubled = await w.sql(
      'SELECT request_id FROM usage_events WHERE user_id = ANY ($1) GROUP BY user_id, source, request_id HAVING count(*) > 1',
      [users],
    );
    expect(doubled).toEqual([]);
    const counted = await w.sql(
      `SELECT u.user_id FROM user_credits u WHERE user_id = ANY ($1) AND calls_this_period < (
         SELECT count(*) FROM usage_events e WHERE e.user_id = u.user_id AND e.transaction_id IS NOT NULL)`,
      [users],
    );
    expect(counted).toEqual([]);
  });
});
