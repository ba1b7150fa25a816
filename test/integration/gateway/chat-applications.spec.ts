import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { apiKey } from '../../support/api-keys.js';
import type { Json } from '../../support/factories.js';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

let g: GatewayWorld;
beforeAll(async () => {
  g = await GatewayWorld.start({ FORWARDED_USER_HEADERS: 'X-OpenWebUI-User-Id, x-librechat-user-id' });
});
afterAll(() => g.close());

/** What the applications send: Open WebUI with ENABLE_FORWARD_USER_INFO_HEADERS, LibreChat with a header of its configuration. */
const APPLICATIONS: [name: string, headersOf: (user_id: string) => Record<string, string>, body: object][] = [
  [
    'Open WebUI',
    (user_id) => ({
      'X-OpenWebUI-User-Name': 'Ann',
      'X-OpenWebUI-User-Id': user_id,
      'X-OpenWebUI-User-Email': 'ann@example.com',
      'X-OpenWebUI-User-Role': 'user',
    }),
    { stream: true, stream_options: { include_usage: true } },
  ],
  ['LibreChat', (user_id) => ({ 'x-librechat-user-id': user_id }), { stream: true, user: 'someone' }],
];

const ask = (token: string, headers: Record<string, string>, more: object = {}): Promise<Response> =>
  fetch(`${g.base}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: MODEL, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }], ...more }),
  });

const eventsOf = (user_id: string): Promise<Json[]> =>
  g.w.sql('SELECT api_key_id FROM usage_events WHERE user_id = $1', [user_id]);

describe('a chat application with one key', () => {
  it('has each of its users billed, by the header that names the user', async () => {
    const scopes = ['gateway', 'models'];
    const { id, key } = await apiKey(g.w, { user_id: 'chat', role: 'service', scopes });
    for (const [, headersOf, body] of APPLICATIONS) {
      const users = [await g.w.user('5'), await g.w.user('5')];
      const models = await fetch(`${g.base}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
      expect(models.status).toBe(200);
      for (const user_id of users) {
        const answer = await ask(key, headersOf(user_id), body);
        expect(answer.status).toBe(200);
        expect(await answer.text()).toContain('[DONE]');
        expect(await eventsOf(user_id)).toEqual([{ api_key_id: id }]);
      }
    }
    expect(await eventsOf('chat')).toEqual([]);
  });

  it('opens the account of a user with the first question', async () => {
    const { key } = await apiKey(g.w, { user_id: 'chat', role: 'service', scopes: ['gateway'] });
    const user_id = `new-${randomUUID()}`;
    expect((await ask(key, { 'x-openwebui-user-id': user_id })).status).toBe(200);
    expect(await eventsOf(user_id)).toHaveLength(1);
  });

  it('is refused what the user cannot do, and told which header is wrong', async () => {
    const { key } = await apiKey(g.w, { user_id: 'chat', role: 'service', scopes: ['gateway', 'charge'] });
    const user_id = await g.w.user('5');
    const headers = { 'x-openwebui-user-id': user_id };
    const body = { user_id: 'another', amount: '1', service: 'tts' };
    const deduct = await g.w.t.call('credits/deduct', { method: 'POST', token: key, headers, body });
    expect(deduct).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const long = await ask(key, { 'x-openwebui-user-id': 'a'.repeat(256) });
    expect(long.status).toBe(422);
    expect(await long.text()).toContain('x-openwebui-user-id');
  });

  it('cannot be imitated: the header of any other caller is ignored', async () => {
    const [mine, victim] = [await g.w.user('5'), await g.w.user('5')];
    const { key } = await apiKey(g.w, { user_id: mine });
    for (const token of [key, await g.w.as(mine)]) {
      expect((await ask(token, { 'x-openwebui-user-id': victim })).status).toBe(200);
    }
    expect(await eventsOf(mine)).toHaveLength(2);
    expect(await eventsOf(victim)).toEqual([]);
  });
});
