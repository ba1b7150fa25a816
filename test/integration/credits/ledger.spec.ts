import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { concurrently, TestEnv } from '../../support/factories.js';

let w: TestEnv;
let user_id: string;
beforeAll(async () => {
  w = await TestEnv.start();
  user_id = await w.user('10');
  await w.hold(user_id, '2');
});
afterAll(() => w.close());

describe('the database itself refuses', () => {
  it.each([
    'UPDATE credit_transactions SET amount = 1',
    `UPDATE credit_transactions SET metadata = '{}'`,
    'DELETE FROM credit_transactions',
    'TRUNCATE credit_transactions',
    'UPDATE audit_logs SET actor = NULL',
    'DELETE FROM audit_logs',
    'TRUNCATE audit_logs',
    `INSERT INTO credit_transactions SELECT * FROM credit_transactions ON CONFLICT (id, user_id) DO UPDATE SET amount = 2`,
  ])('to change ledger lines: %s', async (statement) => {
    const before = await w.ledger(user_id);
    await expect(w.sql(statement)).rejects.toThrow('append-only');
    expect(await w.ledger(user_id)).toEqual(before);
  });

  it.each([
    ['a negative balance', 'UPDATE user_credits SET balance = -0.0000000001, held = 0'],
    ['more held than there is', 'UPDATE user_credits SET held = balance + 0.0000000001'],
    ['a negative hold', 'UPDATE user_credits SET held = -1'],
    ['a negative debt', 'UPDATE user_credits SET debt = -1'],
    ['a debt beside free credits', 'UPDATE user_credits SET debt = 1'],
    ['a negative counter', 'UPDATE user_credits SET used_this_period = -1'],
    ['a negative cap', 'UPDATE user_credits SET monthly_cap = -1'],
    ['work that is due after the period', `UPDATE user_credits SET due_at = reset_date + interval '1 ms'`],
    ['an account without a name', `UPDATE user_credits SET user_id = ''`],
    ['an account of an unknown tier', `UPDATE user_credits SET tier = 'nothing'`],
    ['a grant below zero', 'UPDATE credit_grants SET remaining = -1'],
    ['a grant of more than was given', 'UPDATE credit_grants SET remaining = amount + 0.0000000001'],
    ['a grant of nothing', 'UPDATE credit_grants SET amount = 0, remaining = 0'],
    ['a grant that ends before it begins', `UPDATE credit_grants SET expires_at = effective_at`],
    ['a hold of less than nothing', 'UPDATE credit_holds SET amount = -1'],
    ['a resolved hold without a time', `UPDATE credit_holds SET status = 'released'`],
    ['a charge on a hold that was not captured', 'UPDATE credit_holds SET captured_amount = 1'],
    ['an unknown status', `UPDATE credit_holds SET status = 'lost'`],
    ['a tier of negative price', 'UPDATE tiers SET price_monthly = -1'],
  ])('%s', async (_what, statement) => {
    await expect(w.sql(statement)).rejects.toMatchObject({ code: expect.stringMatching(/^(23514|23503|22P02)$/) });
  });

  it.each([
    ['a charge that gives', 'usage', 1, ''],
    ['a charge of nothing', 'usage', 0, ''],
    ['a purchase that takes', 'purchase', -1, ''],
    ['a bonus that takes', 'bonus', -1, ''],
    ['a refund that takes', 'refund', -1, ''],
    ['an adjustment of nothing', 'adjustment', 0, ''],
    ['a line of an unknown type', 'gift', 1, ''],
    ['metadata that are no object', 'bonus', 1, '[]'],
  ])('%s', async (_what, type, amount, metadata) => {
    await expect(
      w.sql(
        `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, metadata, actor, created_at)
         VALUES (gen_random_uuid(), $1, $2, 0, $3::transaction_type, $4, 'x', now())`,
        [user_id, amount, type, metadata || '{}'],
      ),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(23514|22P02)$/) });
  });

  it('a second account of a user, and a second use of a key', async () => {
    await expect(w.sql('INSERT INTO user_credits SELECT * FROM user_credits')).rejects.toMatchObject({ code: '23505' });
    await w.done('credits/deduct', { user_id, amount: 1, service: 'tts' }, { key: 'k' });
    await expect(w.sql('INSERT INTO idempotency_keys SELECT * FROM idempotency_keys')).rejects.toMatchObject({
      code: '23505',
    });
  });
});

describe('ids of ledger lines', () => {
  it('are UUIDv7 and increase in posting order', async () => {
    await Promise.all(Array.from({ length: 60 }, () => w.deduct(user_id, '0.01')));
    const lines = await w.ledger(user_id);
    for (const { id } of lines)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const times = lines.map((line) => (line.created_at as Date).getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    await w.verify(user_id);
  });
});

describe('the time of an account', () => {
  it('goes on when the clock of the database is set back', async () => {
    const user_id = await w.user('5');
    const time = async (): Promise<string> => {
      const [row] = await w.sql(
        'SELECT extract(epoch FROM last_updated)::text AS at FROM user_credits WHERE user_id = $1',
        [user_id],
      );
      return row?.at as string;
    };
    await w.sql(`UPDATE user_credits SET last_updated = clock_timestamp() + interval '1 hour' WHERE user_id = $1`, [
      user_id,
    ]);
    const times = [await time()];
    await w.deduct(user_id, '0.1');
    times.push(await time());
    await concurrently(6, () => w.deduct(user_id, '0.1'));
    times.push(await time());
    await w.bonus(user_id, '1');
    times.push(await time());
    expect(new Set(times).size).toBe(4);
    expect(times.toSorted()).toEqual(times);
    await w.verify(user_id); // ids rise in the order of posting, too
  });
});
