import { expect } from '@jest/globals';
import { idempotencyKey } from '../../../src/credits/posting/idempotency.js';
import { systemActor } from '../../../src/platform/actor.js';
import { units } from '../../../src/platform/values/amount.js';
import { DomainError } from '../../../src/platform/errors.js';
import type { TestEnv } from '../factories.js';
import { verificationOf } from '../faults/verification.js';

export const ACTOR = systemActor('a-test');
const TTL_S = 30 * 86_400;

/** A charge for the posting engine. */
export const charge = (user_id: string, credits: string, key?: string) => ({
  user_id,
  amount: units(credits),
  details: { service: 'tts' },
  key: idempotencyKey(key, ACTOR, 'deduct', { user_id, amount: credits }),
});

/** A hold to create, which outlives every test. */
export const order = (user_id: string, credits: string, key?: string) => ({
  user_id,
  amount: units(credits),
  ttl_s: TTL_S,
  service: 'tts',
  model: null,
  metadata: {},
  key: idempotencyKey(key, ACTOR, 'hold', { user_id, amount: credits }),
});

/** Returns the code of a refusal. */
export const codeOf = (error: unknown): string => (error instanceof DomainError ? error.code : String(error));

/** Returns the results of calls: done, or the code of the refusal. */
export const ended = (calls: Promise<unknown>[]): Promise<string[]> =>
  Promise.all(calls.map((call) => call.then(() => 'done', codeOf)));

/** Verifies that all accounts add up. */
export async function expectCleanBooks(w: TestEnv): Promise<void> {
  expect((await verificationOf(w.t.app).verify(null)).faults).toEqual([]);
}
