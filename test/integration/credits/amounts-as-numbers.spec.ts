import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UNKNOWN_ID, TestEnv } from '../../support/factories.js';
import { StripeStandIn } from '../../support/services/stripe-stand-in.js';

/** More digits than a JSON number holds: it would be read as ...7892. */
const LONG = '1234567.1234567891';
/** Also more digits than a JSON number holds: it would be read as 4567.1. */
const ROUNDS_SHORT = '4567.1000000000000001';

let stripe: StripeStandIn;
let w: TestEnv;
beforeAll(async () => {
  stripe = await StripeStandIn.start();
  w = await TestEnv.start({ env: stripe.env });
});
afterAll(async () => {
  await w.close();
  await stripe.stop();
});

/** Each route that accepts an amount, with AMOUNT as the placeholder. */
const DOORS: [method: 'POST' | 'PUT' | 'PATCH', path: string, body: string, field: string][] = [
  ['POST', 'credits/allocate', '{"user_id":"u","source":"purchase","amount":AMOUNT}', 'amount'],
  ['POST', 'credits/bonus', '{"user_id":"u","reason":"r","amount":AMOUNT}', 'amount'],
  ['POST', 'credits/deduct', '{"user_id":"u","service":"tts","amount":AMOUNT}', 'amount'],
  [
    'POST',
    'credits/deduct',
    '{"user_id":"u","service":"tts","amount":"1","cost_breakdown":{"provider_cost":AMOUNT,"markup":"0","total":"1"}}',
    'cost_breakdown.provider_cost',
  ],
  [
    'POST',
    'credits/deduct',
    '{"user_id":"u","service":"tts","amount":"1","cost_breakdown":{"provider_cost":"0","platform_markup":AMOUNT}}',
    'cost_breakdown.markup',
  ],
  ['POST', 'credits/bonus?user_id=u', '{"reason":"r","amount":AMOUNT}', 'amount'],
  ['POST', 'credits/refund', '{"user_id":"u","reason":"r","amount":AMOUNT}', 'amount'],
  ['POST', 'credits/cap', '{"user_id":"u","monthly_cap":AMOUNT}', 'monthly_cap'],
  ['POST', 'credits/holds', '{"user_id":"u","service":"tts","amount":AMOUNT}', 'amount'],
  ['POST', `credits/holds/${UNKNOWN_ID}/capture`, '{"amount":AMOUNT}', 'amount'],
  ['POST', 'credits/usage/track', '{"user_id":"u","service":"tts","cost":AMOUNT}', 'cost'],
  ['POST', 'credits/usage/track', '{"user_id":"u","service":"tts","quantity":AMOUNT,"unit":"second"}', 'quantity'],
  ['POST', 'credits/usage/track', '{"user_id":"u","service":"tts","measures":{"second":AMOUNT}}', 'measures'],
  ['POST', 'credits/coupons/create', '{"coupon_type":"credit_bonus","value":AMOUNT}', 'value'],
  ['POST', 'credits/tiers', '{"tier":"t","price_monthly":AMOUNT}', 'price_monthly'],
  ['PATCH', 'credits/tiers/starter', '{"credits_monthly":AMOUNT}', 'credits_monthly'],
  ['POST', 'payments/packages', '{"package_code":"p","name":"P","price":"1","credits":AMOUNT}', 'credits'],
  ['PUT', 'payments/auto-topup', '{"package_code":"p","monthly_limit":"100","threshold":AMOUNT}', 'threshold'],
  ['POST', 'pricing/models', '{"service":"tts","model":"m","per_second":AMOUNT}', 'per_second'],
];

describe('an amount of more than 15 digits', () => {
  it.each(DOORS)('as a JSON number is refused by %s %s: %s', async (method, path, body, field) => {
    const call = (amount: string) =>
      w.t.call(path, {
        method,
        token: w.admin,
        body: body.replace('AMOUNT', amount),
        headers: { 'content-type': 'application/json' },
      });
    for (const long of [LONG, ROUNDS_SHORT]) {
      const answer = await call(long);
      expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
      const { errors } = answer.body as { errors: { field: string; message: string }[] };
      const fault = errors.find((error) => error.field === field);
      expect(fault?.message).toMatch(
        /is a JSON number with more than 15 digits, which is not exact: send it as a string/,
      );
    }
    // accepted as a string, or with fewer significant digits
    for (const fine of [`"${LONG}"`, '1.5', '1.500000000000000000'])
      expect((await call(fine)).text).not.toContain('15 digits');
  });

  it('as a string is booked to the last digit', async () => {
    const user_id = await w.user('5');
    expect(await w.bonus(user_id, LONG)).toMatchObject({ amount: LONG });
    expect(await w.balance(user_id)).toMatchObject({ balance: '1234572.1234567891' });
  });

  it('in a batch fails only its record', async () => {
    const user_id = await w.user('5');
    const records = `[{"user_id":"${user_id}","service":"tts","request_id":"a","cost":${LONG}},{"user_id":"${user_id}","service":"tts","request_id":"b","cost":1.5}]`;
    const answer = await w.t.call('credits/usage/track/batch', {
      method: 'POST',
      token: w.service,
      body: records,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.body).toMatchObject([
      { status: 'error', error: expect.stringContaining('15 digits') },
      { status: 'recorded' },
    ]);
  });

  it('in a batch of charges fails only its record', async () => {
    const user_id = await w.user('5');
    const charge = (key: string, amount: string): string =>
      `{"user_id":"${user_id}","service":"tts","idempotency_key":"${key}","amount":${amount}}`;
    const answer = await w.t.call('credits/deduct/batch', {
      method: 'POST',
      token: w.service,
      body: `[${charge('a', LONG)},${charge('b', ROUNDS_SHORT)},${charge('c', '1.5')}]`,
      headers: { 'content-type': 'application/json' },
    });
    const refused = { status: 'error', error: expect.stringContaining('15 digits') };
    expect(answer.body).toMatchObject([refused, refused, { status: 'charged' }]);
  });

  it('is refused in the data of a CloudEvent, next to members that are null', async () => {
    const user_id = await w.user('5');
    const event = (data: string): string =>
      `{"specversion":"1.0","id":"a","source":"/s","type":"tts","subject":"${user_id}","time":null,"data":${data}}`;
    const answer = await w.t.call('credits/usage/events', {
      method: 'POST',
      token: w.service,
      body: `[${event(`{"model":null,"cost":${ROUNDS_SHORT}}`)}]`,
      headers: { 'content-type': 'application/cloudevents-batch+json' },
    });
    expect(answer.text).toContain('15 digits');
  });

  it('in metadata is stored as JSON parses it', async () => {
    const user_id = await w.user('5');
    const answer = await w.t.call('credits/deduct', {
      method: 'POST',
      token: w.service,
      body: `{"user_id":"${user_id}","service":"tts","amount":1,"metadata":{"amount":${ROUNDS_SHORT},"third":0.3333333333333333}}`,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(200);
    const line = (await w.ledger(user_id)).at(-1);
    expect(line).toMatchObject({ metadata: { amount: 4567.1, third: 0.3333333333333333 } });
  });
});
