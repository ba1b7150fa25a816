import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, TestApp } from '../../support/app.js';
import { seededRandom } from '../../support/model/seeded-random.js';
import { concurrently, UNKNOWN_ID, TestEnv } from '../../support/factories.js';

const CALLS = 360;
const EXPECTED = new Set([200, 201, 202, 402, 404, 409]);

describe('two services on one database, under random concurrent operations', () => {
  let w: TestEnv;
  let other: TestApp;
  beforeAll(async () => {
    w = await TestEnv.start();
    other = await w.another();
  });
  afterAll(() => w.close());

  it.each([1, 2, 3])('keep every account consistent (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const users = [`a${seed}`, `b${seed}`, `c${seed}`];
    const holds: string[] = [];
    const post = async (path: string, body: object): Promise<Answer> => {
      const headers: Record<string, string> = random(3) ? {} : { 'idempotency-key': `key-${random(60)}` };
      const service = random(2) ? w.t : other;
      const answer = await service.call(`credits/${path}`, { method: 'POST', token: w.admin, body, headers });
      if (path === 'holds' && answer.status === 201) holds.push((answer.body as { id: string }).id);
      return answer;
    };
    const call = async (): Promise<Answer> => {
      const user_id = users[random(users.length)]!;
      const amount = `${random(3)}.${random(9) + 1}`;
      const hold = holds[random(Math.max(1, holds.length))] ?? UNKNOWN_ID;
      switch (random(12)) {
        case 0:
        case 1:
          return post('deduct', { user_id, amount, service: 'tts' });
        case 2: {
          const charges = Array.from({ length: 1 + random(8) }, () => ({
            user_id: users[random(users.length)],
            amount: `0.${random(9) + 1}`,
            service: 'tts',
            idempotency_key: `key-${random(60)}`,
          }));
          return post('deduct/batch', charges);
        }
        case 3:
        case 4:
          return post('holds', { user_id, amount, service: 'tts' });
        case 5:
        case 6:
          return post(`holds/${hold}/capture`, { amount });
        case 7:
          return post(`holds/${hold}/release`, {});
        case 8:
          return post(`holds/${hold}/extend`, { ttl_seconds: 3600 });
        case 9:
          return post('bonus', { user_id, amount, reason: 'random' });
        case 10:
          return random(4)
            ? w.list('credits/grants', { user_id })
            : post('tiers/switch', { user_id, new_tier: ['trial', 'starter'][random(2)] });
        default:
          if (random(5) === 0) await w.age(user_id, 31);
          return w.get('credits/balance', { user_id });
      }
    };
    const answers: Answer[] = [];
    for (let wave = 0; wave < 6; wave += 1) answers.push(...(await concurrently(CALLS / 6, call)));
    expect(answers.filter(({ status }) => !EXPECTED.has(status)).map(({ text }) => text)).toEqual([]);
    for (const user_id of users) await w.verify(user_id);
    const captured = await w.sql(
      `SELECT h.id FROM credit_holds h WHERE captured_amount <> coalesce((SELECT -sum(amount) FROM credit_transactions t WHERE t.hold_id = h.id), 0)`,
    );
    expect(captured).toEqual([]);
  });
});
