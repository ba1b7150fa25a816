import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { concurrently, type Json } from '../../support/factories.js';
import { GatewayWorld, PLATFORM_KEY } from '../../support/gateway.js';

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start({ OWN_KEY_FEE_RATE: '0.05' });
});
beforeEach(() => g.openrouter.reset());
afterEach(async () => {
  expect(await g.openCalls()).toEqual([]);
});
afterAll(() => g.close());

async function connected(): Promise<{ user_id: string; api_key: string }> {
  const user_id = await g.w.user('5');
  const api_key = `sk-or-v1-${randomBytes(16).toString('hex')}`;
  await g.connect(user_id, api_key);
  g.openrouter.reset();
  return { user_id, api_key };
}

const errorOf = async (answer: Response): Promise<Json> => ((await answer.json()) as { error: Json }).error;
const isActive = async (user_id: string): Promise<unknown> =>
  (await g.w.get('credits/openrouter/account', { user_id })).body.is_active;

describe("a user's own key that OpenRouter refuses", () => {
  it("is deactivated once, with an explanation and without a charge; the next call uses the platform's key", async () => {
    const { user_id, api_key } = await connected();
    g.openrouter.keys.set(api_key, { is_revoked: true });
    const answers = await concurrently(5, () => g.chat(user_id));
    for (const answer of answers) {
      // for some calls it may be inactive already
      if (answer.status === 200) continue;
      expect(answer.status).toBe(403);
      expect(await errorOf(answer)).toMatchObject({
        type: 'permission_error',
        code: 'openrouter_key_refused',
        param: null,
        message: expect.stringMatching(
          /^OpenRouter refused your own key, so it is no longer used\. Nothing was charged\./,
        ),
      });
    }
    const refused = answers.filter(({ status }) => status === 403).length;
    expect(refused).toBeGreaterThan(0);
    expect(await isActive(user_id)).toBe(false);
    expect(await g.w.audit(user_id, 'openrouter.deactivate')).toMatchObject([
      { actor: user_id, metadata: { key_hint: expect.stringMatching(/^sk-or-v1-\.\.\./) } },
    ]);
    expect(await g.events(user_id)).toHaveLength(answers.length - refused);
    expect((await g.w.list('events', { user_id, types: 'openrouter.*' })).body).toMatchObject([
      { type: 'openrouter.key_invalid', data: { object: { is_active: false } } },
    ]);

    const next = await g.chat(user_id, {}, { stream: true });
    expect([next.status, (await next.text()).endsWith('[DONE]\n\n')]).toEqual([200, true]);
    expect(g.openrouter.calls.at(-1)).toMatchObject({ api_key: PLATFORM_KEY });
    expect(await g.w.balance(user_id)).toMatchObject({ held: '0.000000' });
    await g.w.verify(user_id);
  });

  it.each<[string, number, string]>([
    ['a moderated prompt', 403, 'Input was flagged by moderation'],
    ['a key at its limit', 403, 'OpenRouter reports for your own key: Key limit exceeded (total limit)'],
    ['an account without credits', 402, 'OpenRouter reports for your own key: Insufficient credits'],
  ])('is not deactivated by %s', async (_name, status, message) => {
    const { user_id } = await connected();
    const answer = await g.chat(user_id, { status, message: message.replace(/^.*own key: /, '') });
    expect([answer.status, await errorOf(answer)]).toMatchObject([status, { code: 'provider_refused', message }]);
    expect(await isActive(user_id)).toBe(true);
    expect(await g.w.audit(user_id, 'openrouter.deactivate')).toEqual([]);
  });

  it('stays in use while OpenRouter does not confirm it', async () => {
    const { user_id } = await connected();
    const refused = await g.chat(user_id, { status: 401 });
    expect([refused.status, (await errorOf(refused)).message]).toEqual([
      403,
      'OpenRouter reports for your own key: User not found.',
    ]);
    g.openrouter.onNext('/key', { status: 503 });
    expect((await g.chat(user_id, { status: 401 })).status).toBe(403);
    expect(await isActive(user_id)).toBe(true);
    expect(await g.w.balance(user_id)).toMatchObject({ balance: '5.000000', held: '0.000000' });
  });

  it('does not affect a key that replaced it meanwhile', async () => {
    const { user_id, api_key } = await connected();
    const gate = Promise.withResolvers<undefined>();
    g.openrouter.keys.set(api_key, { is_revoked: true });
    g.openrouter.onNext('/key', { gate: gate.promise });
    const late = g.chat(user_id);
    while (!g.openrouter.calls.some(({ path }) => path === '/key')) await new Promise(setImmediate);
    await g.connect(user_id, 'sk-or-v1-another-good-key');
    gate.resolve(undefined);
    expect((await late).status).toBe(403);
    expect(await isActive(user_id)).toBe(true);
  });
});
