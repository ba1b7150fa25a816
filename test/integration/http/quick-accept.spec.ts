import { describe, expect, it } from '@jest/globals';
import { ValidationPipe, type Type } from '@nestjs/common';
import fc from 'fast-check';
import {
  AllocateBody,
  BalanceQuery,
  BonusBody,
  CapBody,
  CheckQuery,
  DeductBody,
  DeductRecord,
  RefundBody,
  ResetBody,
  TransactionsQuery,
} from '../../../src/credits/credits.dto.js';
import { CaptureBody, ExtendBody, HoldBody } from '../../../src/credits/holds/holds.dto.js';
import { fastValidate } from '../../../src/platform/http/bodies/fast-validation.js';
import { TierBody, TierChanges } from '../../../src/tiers/tiers.dto.js';
import { TrackBody, TrackRecord } from '../../../src/usage/tracking/track.dto.js';

const CLASSES: Type[] = [
  AllocateBody,
  BalanceQuery,
  BonusBody,
  CapBody,
  CheckQuery,
  DeductBody,
  DeductRecord,
  RefundBody,
  ResetBody,
  TransactionsQuery,
  CaptureBody,
  ExtendBody,
  HoldBody,
  TierBody,
  TierChanges,
  TrackBody,
  TrackRecord,
];

const pipe = new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true });

/** What class-transformer and class-validator make of a payload; null when they refuse it. */
async function fullPipe(metatype: Type, payload: unknown): Promise<object | null> {
  try {
    return (await pipe.transform(payload, { type: 'body', metatype })) as object;
  } catch {
    return null;
  }
}

const day = fc.constantFrom('2026-11-01', '2026-11-01T00:00:00Z', '2026-02-30', '2026-11-01T00:00:00', 'yesterday');
const odd = fc.constantFrom(
  null,
  undefined,
  '',
  ' ',
  0,
  -1,
  1.5,
  true,
  [],
  {},
  [null],
  { a: 1 },
  'NaN',
  'a\0b',
  '\ud800',
);
const FIELDS: Record<string, fc.Arbitrary<unknown>> = {
  user_id: fc.constantFrom('ann', 'Ü ser@exa.mple', ' ann', 'x'.repeat(256)),
  amount: fc.constantFrom('1', '0.0000000531', 5.31e-8, 1, 0, '-1', '1e3', '10000000000', '0.00000000001'),
  source: fc.constantFrom('bonus', 'plan', 'gift'),
  reason: fc.constantFrom('because', 'x'.repeat(501)),
  service: fc.constantFrom('openrouter', 'Center', 'tts-1'),
  model: fc.constantFrom('openai/gpt-4o-mini', 'x'.repeat(256)),
  metadata: fc.constantFrom({}, { deep: { er: [1, { a: null }] } }, { toJSON: 1 }, [1], 'text'),
  cost_breakdown: fc.constantFrom({ provider_cost: '1', markup: '0', total: '1' }, { total: '1' }),
  transaction_id: fc.constantFrom('0198c0de-0000-7000-8000-000000000000', 'not-a-uuid'),
  expires_at: day,
  date_from: day,
  date_to: day,
  limit: fc.constantFrom('1', '500', '501', 'ten', 10),
  offset: fc.constantFrom('0', '-1'),
  count: fc.constantFrom('true', 'false', 'yes', true),
  include_history: fc.constantFrom('true', 'false', 'maybe'),
  cursor: fc.constantFrom('abc', 'x'.repeat(201)),
  transaction_type: fc.constantFrom('usage', 'gift'),
  type: fc.constantFrom('usage', 'gift'),
  search: fc.constantFrom('gpt', '%'),
  new_tier: fc.constantFrom('starter', ''),
  monthly_cap: fc.constantFrom('5', null, '-1'),
  ttl_seconds: fc.constantFrom(1, 86_400, 86_401, '60'),
  tier: fc.constantFrom('gold', 'Gold'),
  name: fc.constantFrom('Gold'),
  price_monthly: fc.constantFrom('9.99', '-1'),
  credits_monthly: fc.constantFrom(10, '10'),
  cost_per_1k_tokens: fc.constantFrom('0.001'),
  renews: fc.constantFrom(true, 'true'),
  rank: fc.constantFrom(3, 1001),
  features: fc.constantFrom(['a', 'b'], [1], 'a'),
  calls_per_day: fc.constantFrom(100, null, 1.5),
  idempotency_key: fc.constantFrom('job-1', 'a b', 'x'.repeat(256)),
  request_id: fc.constantFrom('r', 'x'.repeat(300)),
  input_tokens: fc.constantFrom(5, -1, '5'),
  tokens: fc.constantFrom(9, 1.5),
  quantity: fc.constantFrom('1.5', 2),
  unit: fc.constantFrom('second', 'furlong'),
  measures: fc.constantFrom({ query: '2' }, { query: -1 }, { furlong: '1' }),
  usage: fc.constantFrom({ prompt_tokens: 1 }, [1]),
  cost: fc.constantFrom('0.1', '-1', 1e-9),
  charge: fc.constantFrom(true, 'yes'),
  occurred_at: day,
  unknown_key: fc.constant('x'),
};

/** The first of a field's values is right: bodies of many fields would hardly ever be right by chance. */
const RIGHT: Record<string, unknown> = {
  user_id: 'ann',
  amount: '1',
  source: 'bonus',
  reason: 'because',
  service: 'tts',
  ttl_seconds: 60,
  new_tier: 'free',
  tier: 'gold',
  name: 'Gold',
  price_monthly: '9.99',
  credits_monthly: 10,
  cost_per_1k_tokens: '0.001',
  rank: 3,
  renews: true,
  idempotency_key: 'job-1',
  request_id: 'r',
};

const value = (name: string): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 4, arbitrary: FIELDS[name] ?? odd }, { weight: 1, arbitrary: odd });

/** Bodies with the fields of a class, mostly right, sometimes odd, sometimes with a field that is not its own. */
function bodiesOf(target: Type): fc.Arbitrary<object> {
  const own = Object.keys(FIELDS).filter((name) => name in propertiesOf(target));
  const some = Object.fromEntries(own.map((name) => [name, value(name)]));
  const stray = fc.constantFrom('unknown_key', 'user_id', 'amount', 'constructor');
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(Object.fromEntries(own.filter((n) => n in RIGHT).map((n) => [n, RIGHT[n]]))) },
    { weight: 3, arbitrary: fc.record(some, { noNullPrototype: true }) },
    { weight: 3, arbitrary: fc.record(some, { requiredKeys: [], noNullPrototype: true }) },
    { weight: 1, arbitrary: fc.tuple(fc.record(some), stray, odd).map(([body, key, v]) => ({ ...body, [key]: v })) },
  );
}

function propertiesOf(target: Type): Record<string, true> {
  const marked = Reflect.getMetadata('swagger/apiModelPropertiesArray', target.prototype as object) as string[];
  return Object.fromEntries(marked.map((name) => [name.slice(1), true as const]));
}

describe('the quick way of validation', () => {
  it.each(CLASSES.map((target) => [target.name, target] as const))(
    'agrees with class-validator on %s',
    async (_name, target) => {
      const seen = { accepted: 0, left: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(bodiesOf(target), async (body) => {
          const quick = fastValidate(target, structuredClone(body));
          const full = await fullPipe(target, structuredClone(body));
          if (full === null) expect(quick).toBeNull();
          // null leaves the decision to the full pipe: what is unusual may do that, not everything
          else if (quick !== null) expect(quick).toEqual(full);
          seen[full === null ? 'refused' : quick === null ? 'left' : 'accepted'] += 1;
        }),
        { numRuns: 400 },
      );
      expect(seen.accepted).toBeGreaterThan(seen.left);
      expect(seen.refused).toBeGreaterThan(0);
    },
  );

  it.each([null, undefined, 'text', 1, [], [{}]])('leaves what is no object to class-validator: %p', (payload) => {
    expect(fastValidate(DeductBody, payload)).toBeNull();
  });
});
