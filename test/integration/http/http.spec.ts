import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type Answer, type TestApp } from '../../support/app.js';
import { FixtureModule } from '../../support/fixture-routes.js';

const BODY_LIMIT_BYTES = 4096;
let t: TestApp;

beforeAll(async () => {
  t = await startApp({
    modules: [FixtureModule],
    env: {
      STATEMENT_TIMEOUT_MS: '300',
      DATABASE_POOL_MAX: '4',
      BODY_LIMIT_BYTES: String(BODY_LIMIT_BYTES),
    },
  });
});
afterAll(() => t.close());

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  t.call('fixture/body', { method: 'POST', body, headers });

function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ type: `urn:tollgate:error:${code}`, status, code });
  expect(answer.body).toMatchObject({
    title: expect.any(String),
    detail: expect.stringMatching(/\S/),
    request_id: answer.headers['x-request-id'],
  });
  expect(answer.status).toBe(status);
}

describe('an error', () => {
  it.each([
    ['malformed', 400],
    ['unauthenticated', 401],
    ['payment_required', 402],
    ['forbidden', 403],
    ['not_found', 404],
    ['method_not_allowed', 405],
    ['conflict', 409],
    ['too_large', 413],
    ['unsupported_media_type', 415],
    ['invalid', 422],
    ['rate_limited', 429],
    ['unavailable', 503],
  ])('of the kind %s is a problem with status %i', async (kind, status) => {
    const answer = await t.call(`fixture/refuse/${kind}?_t=secret`);
    expectProblem(answer, status, 'a_code');
    expect(answer.body).toMatchObject({
      detail: 'A sentence.',
      limit_source: 'x',
      instance: `/api/v1/fixture/refuse/${kind}`,
    });
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  });

  it('has the standard members first, in their order, then its extra fields', async () => {
    const { text } = await t.call('fixture/refuse/conflict');
    expect(text).toMatch(
      /^{"type":"urn:tollgate:error:a_code","title":"Conflict","status":409,"detail":"A sentence\.","instance":"\/api\/v1\/fixture\/refuse\/conflict","code":"a_code","request_id":"[^"]+","limit_source":"x","retry_after_s":1\.2}$/,
    );
    expect((await post({ name: '' })).text).toMatch(
      /"request_id":"[^"]+","errors":\[{"field":"name","message":"[^"]+"}/,
    );
  });

  it('that is unexpected reveals nothing internal', async () => {
    const answer = await t.call('fixture/crash');
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text).not.toMatch(/secret|TypeError|\.ts|\.js/);
  });

  it('for an unknown path is a 404, inside and outside the base path', async () => {
    expectProblem(await t.call('nowhere'), 404, 'not_found');
    expectProblem(await t.call('/nowhere'), 404, 'not_found');
    expectProblem(await t.call(`fixture/items/${'x'.repeat(400)}`), 414, 'uri_too_long');
    expectProblem(await t.call('/api/v1/%zz'), 400, 'malformed_url');
  });

  it.each([
    ['DELETE', 'fixture/body', 'POST'],
    ['GET', 'chat/completions', 'POST'],
    ['DELETE', 'credits/balance', 'GET, HEAD'],
    ['PATCH', '/health/live?x=1', 'GET, HEAD'],
  ] as const)('for an unsupported method on a known path is a 405: %s %s', async (method, path, allow) => {
    const answer = await t.call(path, { method });
    expect([answer.status, answer.headers['allow']]).toEqual([405, allow]);
    expect(answer.text).toMatch(new RegExp(`This path does not support ${method}, only ${allow}\\.`));
    expect(answer.text).toContain('"method_not_allowed"');
  });

  it('for an id that is not a UUID is a 404', async () => {
    expectProblem(await t.call('fixture/items/7'), 404, 'not_found');
    expect((await t.call('fixture/items/0199F1C2-7D3E-7C4B-8A5F-1234567890AB')).body).toMatchObject({
      id: '0199f1c2-7d3e-7c4b-8a5f-1234567890ab',
    });
  });

  it.each(['admin/jobs/%00/0199f1c2-7d3e-7c4b-8a5f-1234567890ab', 'credits/tiers/a%00b', 'credits/coupons/%00'])(
    'for a name that cannot be stored is a 404: %s',
    async (path) => {
      expectProblem(await t.call(path, { token: await t.tokenFor('ops', 'admin') }), 404, 'not_found');
    },
  );
});

describe('a body', () => {
  it.each([
    '{"name":',
    'name',
    '{"name": undefined}',
    '{"__proto__": {"a": 1}}',
    '{"constructor": {"prototype": {}}}',
    '',
  ])('that is not JSON is malformed: %s', async (text) => expectProblem(await post(text), 400, 'malformed_json'));

  it('beyond the limit is refused', async () => {
    expectProblem(await post({ name: 'x'.repeat(BODY_LIMIT_BYTES) }), 413, 'payload_too_large');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'nonsense',
  ])('of type %s is refused', async (type) =>
    expectProblem(await post('name=x', { 'content-type': type }), 415, 'unsupported_media_type'),
  );

  it('can name its character set', async () => {
    expect((await post({ name: 'x' }, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  it.each([[undefined], ['null'], [[]], ['7'], ['"x"']])('that is not an object lacks its fields: %j', async (body) => {
    expectProblem(await post(body), 422, 'invalid_request');
  });

  it('with errors lists each one with its path', async () => {
    const answer = await post({
      name: '',
      count: '7',
      unknown: 1,
      metadata: [],
      records: [{ amount: '1' }, { amount: '-1', secret: true }, { amount: 1e300 }],
    });
    expectProblem(answer, 422, 'invalid_request');
    expect((answer.body as { errors: unknown }).errors).toEqual(
      expect.arrayContaining([
        { field: 'name', message: 'must not be empty' },
        { field: 'count', message: expect.stringMatching(/^must be a whole number/) },
        { field: 'unknown', message: 'is not a known field' },
        { field: 'metadata', message: 'must be a JSON object' },
        { field: 'records[1].amount', message: 'must be greater than zero' },
        { field: 'records[1].secret', message: 'is not a known field' },
        { field: 'records[2].amount', message: expect.stringContaining('must be a plain decimal') },
      ]),
    );
  });

  it('nested deeper than any stack is refused, not fatal', async () => {
    const deep = `{"name":"x","metadata":${'{"a":'.repeat(600)}1${'}'.repeat(600)}}`;
    expect((await post(deep)).status).toBeLessThan(500);
  });
});

describe('a query', () => {
  it.each([
    'limit=0',
    'limit=501',
    'limit=x',
    'limit=1&limit=2',
    'limit=1e1',
    'limit=',
    'offset=-1',
    'count=yes',
    'unknown=1',
  ])('with a fault is refused: %s', async (query) =>
    expectProblem(await t.call(`fixture/list?${query}`), 422, 'invalid_request'),
  );
});

describe('a response', () => {
  it('contains only the documented properties of its view, and amounts with 6 to 10 decimals', async () => {
    expect((await post({ name: 'x' })).text).toBe(
      '{"id":"0199f1c2-7d3e-7c4b-8a5f-000000000001","amount":"1.500000","created_at":"1970-01-01T00:00:00.001Z"}',
    );
  });

  it('has the status and the headers of its route', async () => {
    const created = await t.call('fixture/created', { method: 'POST' });
    expect(created).toMatchObject({
      status: 201,
      headers: { 'idempotency-hit': 'true' },
      body: { amount: '1.500000' },
    });
    expect(await t.call('fixture/nothing', { method: 'POST' })).toMatchObject({ status: 204, text: '' });
    const maybe = await t.call('fixture/maybe');
    expect(maybe).toMatchObject({ status: 200, body: null, text: 'null' });
    expect(maybe.headers['content-type']).toMatch(/^application\/json/);
  });

  it('that is a list is a plain array, with paging in headers', async () => {
    const first = await t.call('fixture/list?limit=2&offset=1&count=true');
    expect(first.body).toHaveLength(2);
    expect(first.text).not.toContain('secret');
    expect(first.headers).toMatchObject({ 'x-total-count': '3', 'x-next-cursor': expect.any(String) });
    const next = /^<(\/api\/v1\/fixture\/list\?limit=2&count=true&cursor=[\w-]+)>; rel="next"$/.exec(
      first.headers.link ?? '',
    );
    expect((await t.call(next?.[1] ?? '')).status).toBe(200);
    const last = await t.call('fixture/list');
    expect(last.headers.link ?? last.headers['x-next-cursor'] ?? last.headers['x-total-count']).toBeUndefined();
  });
});

describe('a database that fails', () => {
  it.each(['pg', 'prisma'])(
    'with a lost connection or a slow statement is a 503 that can be retried (%s)',
    async (by) => {
      for (const name of ['slow', 'killed']) {
        const answer = await t.call(`fixture/sql/${name}?by=${by}`);
        expectProblem(answer, 503, 'database_unavailable');
        expect(answer.headers['retry-after']).toBe('1');
      }
      expect((await t.call('/health/ready')).status).toBe(200);
    },
  );

  it.each(['pg', 'prisma'])(
    'because of a number that is too large or text that it cannot store is a 422 (%s)',
    async (by) => {
      expectProblem(await t.call(`fixture/sql/overflow?by=${by}`), 422, 'amount_too_large');
      expectProblem(await t.call(`fixture/sql/nul?by=${by}`), 422, 'invalid_text');
    },
  );

  it.each(['pg', 'prisma'])('because of an internal error is a 500 that reveals no SQL (%s)', async (by) => {
    const answer = await t.call(`fixture/sql/broken?by=${by}`);
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text).not.toMatch(/secret_column|nowhere|SELECT/);
  });

  it('to provide a free connection is a 503', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => t.call('fixture/sql/slow')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  });
});
