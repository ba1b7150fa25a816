import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { cliOn } from '../../support/cli.js';
import { type JsonAnswer, TestEnv, UNKNOWN_ID } from '../../support/factories.js';
import { verified, WebhookReceiver } from '../../support/webhook-receiver.js';
import { WebhooksOf, WEBHOOKS_ENV } from '../../support/webhooks.js';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';

let w: TestEnv;
let hooks: WebhooksOf;
let receiver: WebhookReceiver;
beforeAll(async () => {
  w = await TestEnv.start({ env: WEBHOOKS_ENV });
  hooks = new WebhooksOf(w);
  receiver = await WebhookReceiver.start();
});
afterAll(async () => {
  receiver.close();
  await w.close();
});

const create = (body: object, token = w.admin): Promise<JsonAnswer> => w.post('webhooks/endpoints', body, { token });
const call = (path: string, method: 'PATCH' | 'DELETE', body?: object): Promise<JsonAnswer> =>
  w.t.call(path, { method, token: w.admin, ...(body && { body }) }) as Promise<JsonAnswer>;

describe('an endpoint', () => {
  it('is created, changed, disabled and deleted; its secret and headers are shown once or never', async () => {
    const body = { url: receiver.url, events: ['credits.*'], headers: { 'X-Key': 'very-secret-value' } };
    const { status, headers, body: made } = await create(body);
    expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
    expect(made).toMatchObject({ url: receiver.url, status: 'enabled', header_names: ['x-key'], pending: 0 });
    const secret = String(made.secret);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const path = `webhooks/endpoints/${String(made.id)}`;
    const changed = await call(path, 'PATCH', { status: 'disabled', description: 'Billing', events: ['*'] });
    expect(changed.body).toMatchObject({ status: 'disabled', disabled_reason: 'manual', description: 'Billing' });
    const shown = [await w.get(path), await w.get('webhooks/endpoints'), await w.get('audit', { user_id: 'an-admin' })];
    for (const { text } of shown) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain('very-secret-value');
    }
    const [stored] = await w.sql('SELECT * FROM webhook_endpoints WHERE id = $1', [made.id]);
    expect(JSON.stringify(stored)).not.toMatch(/very-secret-value|whsec_/);
    expect((await call(path, 'DELETE')).status).toBe(204);
    expect((await w.get(path)).status).toBe(404);
  });

  it('is for admins only', async () => {
    const user = await w.as(`user-${randomUUID()}`);
    for (const token of [user, w.service]) {
      expect((await create({ url: receiver.url, events: ['*'] }, token)).status).toBe(403);
      expect((await w.get('webhooks/endpoints', {}, token)).status).toBe(403);
      expect((await w.get('webhooks/deliveries', {}, token)).status).toBe(403);
    }
    for (const path of ['endpoints', 'deliveries']) {
      expect((await w.get(`webhooks/${path}/${UNKNOWN_ID}`)).status).toBe(404);
    }
  });

  it.each([
    ['http://8.8.8.8/hook'],
    ['https://10.0.0.1/'],
    ['https://192.168.1.1/'],
    ['https://169.254.169.254/latest/meta-data/'],
    ['https://0x7f000001.example.invalid/'],
    ['https://[::1]/'],
    ['https://[::ffff:10.0.0.1]/'],
    ['https://[64:ff9b::10.0.0.1]/'],
    ['https://[fd00:ec2::254]/'],
    ['https://0/'],
    ['https://167772161/'],
    ['https://0xa000001/'],
    ['https://012.0.0.1/'],
    ['https://100.64.0.1/'],
    ['https://user:pass@example.com/'],
    ['ftp://example.com/'],
    ['https://example.com/#part'],
    ['not a url'],
  ])('is refused for %s', async (url) => {
    const { status, body } = await create({ url, events: ['*'] });
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field: 'url' })]]);
  });

  it('is refused with unknown events and with headers that the delivery sets', async () => {
    const { url } = receiver;
    expect((await create({ url, events: ['nothing.known'] })).body).toMatchObject({ code: 'invalid_request' });
    expect((await create({ url, events: [] })).status).toBe(422);
    for (const headers of [{ 'webhook-id': 'x' }, { Host: 'x' }, { 'x-a': 'a\nb' }, { 'x-a': 7 }, { 'x a': 'b' }]) {
      const { status, body } = await create({ url, events: ['*'], headers });
      expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field: 'headers' })]]);
    }
  });

  it('whose name leads to a refused address later gets no connection', async () => {
    const { id } = await hooks.endpoint(receiver.url, { events: ['usage.*'] });
    const count = receiver.received.length;
    const port = new URL(receiver.url).port;
    await w.sql(`UPDATE webhook_endpoints SET url = $2 WHERE id = $1`, [id, `https://localhost:${port}/`]);
    // the command line of an operator who allows no network of their own
    const strict = cliOn(w.t.database_url, { ENCRYPTION_KEYS: WEBHOOKS_ENV.ENCRYPTION_KEYS });
    expect((await strict('webhooks', 'test', id, '--json')).json()).toMatchObject({
      delivered: false,
      error: expect.stringContaining('not sent to'),
    });
    expect(receiver.received).toHaveLength(count);
    await call(`webhooks/endpoints/${id}`, 'DELETE');
  });

  it('is tested, and its answer is shown', async () => {
    const { id, secret } = await hooks.endpoint(receiver.url);
    receiver.refuse(418, {}, 'short and stout');
    const answer = await w.done(`webhooks/endpoints/${id}/test`, {});
    expect(answer).toMatchObject({ delivered: false, status_code: 418, response: 'short and stout' });
    receiver.accept();
    expect(await w.done(`webhooks/endpoints/${id}/test`, {})).toMatchObject({ delivered: true, error: null });
    expect(verified(receiver.received.at(-1)!, secret)).toMatchObject({ type: 'webhook.test', sequence: 0 });
    const cli = cliOn(w.t.database_url, WEBHOOKS_ENV);
    expect((await cli('webhooks', 'test', id)).code).toBe(0);
    expect((await cli('webhooks', 'list', '--json')).json()).toEqual([expect.objectContaining({ id })]);
    const replayed = await cli('webhooks', 'replay', id, '--since', '2026-01-01T00:00:00Z');
    expect([replayed.code, replayed.stderr]).toEqual([0, '']);
    expect(await w.sql(`SELECT data FROM pgboss.job WHERE name = 'webhook-recovery'`)).toHaveLength(1);
    await call(`webhooks/endpoints/${id}`, 'DELETE');
  });

  it('has its delivery shown with payload and filters', async () => {
    const user_id = `user-${randomUUID()}`;
    const { id } = await hooks.endpoint(receiver.url, { user_ids: [user_id] });
    await hooks.happen(user_id, 3);
    await hooks.deliver();
    const all = await hooks.deliveries({ endpoint_id: id });
    expect(all.map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
    expect(await hooks.deliveries({ endpoint_id: id, type: 'credits.low' })).toEqual([]);
    expect(await hooks.deliveries({ endpoint_id: id, date_from: '2999-01-01' })).toEqual([]);
    const first = await w.get('webhooks/deliveries', { endpoint_id: id, limit: '2', count: 'true' });
    expect([first.headers['x-total-count'], (first.body as unknown as object[]).length]).toEqual(['3', 2]);
    const next = await hooks.deliveries({ endpoint_id: id, cursor: String(first.headers['x-next-cursor']) });
    expect(next.map(({ sequence }) => sequence)).toEqual([1]);
    const shown = await w.get(`webhooks/deliveries/${String(all[0]?.id)}`);
    expect(shown.body).toMatchObject({ payload: { user_id, sequence: 3, type: 'usage.unrated' }, status: 'delivered' });
    await call(`webhooks/endpoints/${id}`, 'DELETE');
    expect(await w.sql('SELECT FROM webhook_deliveries WHERE endpoint_id = $1', [id])).toEqual([]);
  });

  it('keeps working after its secret is encrypted with a new key', async () => {
    const { id, secret } = await hooks.endpoint(receiver.url, { headers: { 'x-key': 'abc' } });
    const env = { ...WEBHOOKS_ENV, ENCRYPTION_KEYS: `${KeyRing.make('new')},${WEBHOOKS_ENV.ENCRYPTION_KEYS}` };
    const cli = cliOn(w.t.database_url, env);
    expect((await cli('encryption', 'rotate', '--json')).json()).toMatchObject({
      key_id: 'new',
      rotated: 1,
      unreadable: [],
    });
    expect((await cli('encryption', 'rotate', '--json')).json()).toMatchObject({ rotated: 0 });
    expect((await cli('webhooks', 'test', id)).code).toBe(0);
    const last = receiver.received.at(-1)!;
    expect(verified(last, secret)).toBeTruthy();
    expect(last.headers['x-key']).toBe('abc');
    await w.sql('DELETE FROM webhook_endpoints');
  });
});
