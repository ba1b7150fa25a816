import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountErasureJob } from '../../../src/accounts/account-erasure.service.js';
import { PaymentEventInbox } from '../../../src/payments/inbox/inbox.service.js';
import { seededRandom } from '../../support/model/seeded-random.js';
import { OPERATIONS, type Ready } from '../../support/model/money-operations.js';
import { Shop } from '../../support/services/shop.js';
import { verificationOf } from '../../support/faults/verification.js';

/** A round takes every third pair, so that three take all of them; each draws its own delays. */
const ROUNDS = Number(process.env['PAIR_ROUNDS'] ?? 1);
const SHARES = 3;
const SEED = 20_270_131;
const TIMES = 2;
const DELAY_MAX_MS = 4;
const TIMEOUT_MS = 120_000;
/** Done, or refused for what the other operation did; anything else is a fault. */
const EXPECTED = new Set([200, 201, 202, 402, 403, 409]);

const names = Object.keys(OPERATIONS);
const pairs = names.flatMap((one, i) =>
  names.slice(i).map((other, j) => ({ one, other, share: (2 * i + j) % SHARES })),
);

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A message about an account that was just being moved waits: what the job does a little later. */
async function retryMessages(): Promise<void> {
  await s.w.sql(`UPDATE payment_events SET next_try_at = now() - interval '1 second' WHERE state = 'waiting'`);
  await s.w.t.app.get(PaymentEventInbox).retryDue();
}

/** Requests both operations concurrently, each several times, in a random order and after random delays. */
async function race(one: string, other: string, random: (sides: number) => number, place: string): Promise<void> {
  const user_id = `pair-${place}`;
  await s.w.open(user_id);
  await s.w.bonus(user_id, '20');
  const sides: { name: string; against: string; ready: Ready }[] = [];
  for (const [name, against] of [
    [one, other],
    [other, one],
  ] as const) {
    const ready = await OPERATIONS[name]!({ s, user_id, mark: `PAIR-${place}-${sides.length}` });
    sides.push({ name, against, ready });
  }
  const calls = sides.flatMap(({ ready }, side) =>
    Array.from({ length: TIMES }, () => ({ side, ready, delay_ms: random(DELAY_MAX_MS), rank: random(1_000) })),
  );
  const answers = await Promise.all(
    calls
      .toSorted((a, b) => a.rank - b.rank)
      .map(async ({ side, ready, delay_ms }) => {
        await pause(delay_ms);
        return { side, ...(await ready.act()) };
      }),
  );
  expect(answers.filter(({ status }) => !EXPECTED.has(status))).toEqual([]);
  if (answers.some(({ text }) => text.includes('"waiting"'))) await retryMessages();
  for (const [side, { ready, against }] of sides.entries()) {
    await ready.check(
      answers.filter((answer) => answer.side === side),
      against,
    );
  }
}

describe.each(Array.from({ length: ROUNDS }, (_, round) => round))('two operations at once (round %i)', (round) => {
  it.each(names)(
    '%s, with others, loses and doubles nothing',
    async (name) => {
      const random = seededRandom(SEED + round * names.length + names.indexOf(name));
      for (const { one, other } of pairs.filter(
        ({ one: first, share }) => first === name && share === round % SHARES,
      )) {
        const place = `${round}-${names.indexOf(one)}-${names.indexOf(other)}`;
        await race(one, other, random, place).catch((error: unknown) => {
          throw new Error(`${one} and ${other}, round ${round}`, { cause: error });
        });
      }
    },
    TIMEOUT_MS,
  );

  it(
    'leave a ledger that adds up, also when those who asked for it are erased',
    async () => {
      const { app } = s.w.t;
      expect((await verificationOf(app).verify(null)).faults).toEqual([]);
      await app.get(AccountErasureJob).eraseAll({ signal: new AbortController().signal });
      expect((await verificationOf(app).verify(null)).faults).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
