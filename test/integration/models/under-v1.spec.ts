import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer } from '../../support/app.js';
import { TestEnv } from '../../support/factories.js';

let w: TestEnv;

beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

function expectOpenAiError(answer: Answer, status: number, code: string): void {
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.body).toEqual({ error: expect.objectContaining({ code, message: expect.any(String), param: null }) });
  expect(answer.status).toBe(status);
}

describe("an error of what is asked for under /v1 has OpenAI's shape", () => {
  it.each(['/v1', '/v1/', '/v1?a=1', '/v1/images/generations', '/v1/nowhere/at/all'])(
    'where there is nothing: %s',
    async (path) => {
      const answer = await w.t.call(path);
      expectOpenAiError(answer, 404, 'not_found');
      for (const known of ['chat/completions', 'completions', 'embeddings', 'responses', 'messages', 'models'])
        expect(answer.text).toMatch(new RegExp(`[ ,]${known}[,.]`));
    },
  );

  it.each(['/v1/messages/count_tokens', '/v1/messages/batches?limit=1', '/api/v1/messages/batches', '/v1/messages'])(
    'and that of Anthropic at %s',
    async (path) => {
      const { status, body, headers } = await w.t.call(path);
      const isOfRoute = path === '/v1/messages';
      const code = isOfRoute ? 'method_not_allowed' : 'not_found';
      expect([status, headers['content-type']]).toEqual([
        isOfRoute ? 405 : 404,
        expect.stringMatching(/^application\/json/),
      ]);
      expect(body).toEqual({
        type: 'error',
        request_id: headers['x-request-id'],
        error: { type: isOfRoute ? 'invalid_request_error' : 'not_found_error', message: expect.any(String), code },
      });
    },
  );

  it('where the token is bad', async () => {
    expectOpenAiError(await w.t.call('/v1/models', { token: 'sk-of-somebody-else' }), 401, 'invalid_token');
    expectOpenAiError(await w.t.call('/v1/credits/balance'), 401, 'missing_credentials');
  });

  it('where the method is wrong', async () => {
    const answer = await w.t.call('/v1/chat/completions');
    expectOpenAiError(answer, 405, 'method_not_allowed');
    expect(answer.headers['allow']).toBe('POST');
  });

  it('where the path is not well encoded', async () => {
    expectOpenAiError(await w.t.call('/v1/%zz'), 400, 'malformed_url');
  });

  it('and nowhere else: /v1beta is no part of it', async () => {
    const answer = await w.t.call('/v1beta');
    expect(answer.body).toMatchObject({ status: 404, code: 'not_found', instance: '/v1beta' });
  });
});

it('leads pages of a list on to where they were asked for', async () => {
  const user_id = await w.user('5');
  await w.deduct(user_id, '1');
  const { headers } = await w.t.call('/v1/credits/transactions?limit=1', { token: await w.as(user_id) });
  expect(headers['link']).toContain('</v1/credits/transactions?');
});
