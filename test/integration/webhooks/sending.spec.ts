import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { FailingEndpointsJob } from '../../../src/webhooks/endpoints/failing-endpoints.job.js';
import { TestEnv } from '../../support/factories.js';
import { verified, WebhookReceiver } from '../../support/webhook-receiver.js';
import { WebhooksOf, WEBHOOKS_ENV } from '../../support/webhooks.js';

let w: TestEnv;
let hooks: WebhooksOf;
let receiver: WebhookReceiver;
beforeAll(async () => {
  w = await TestEnv.start({ env: WEBHOOKS_ENV });
  hooks = new WebhooksOf(w);
});
afterAll(() => w.close());
beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});
afterEach(async () => {
  receiver.close();
  await hooks.queue();
  await w.sql('DELETE FROM webhook_endpoints');
});

const someone = (): string => `user-${randomUUID()}`;
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const attemptsOf = (delivery: object | undefined): object[] => (delivery as { attempts: object[] }).attempts;

describe('an event', () => {
  it('is sent signed to each endpoint that wants its type and its account, in the order of the account', async () => {
    const [ann, bob] = [someone(), someone()];
    const all = await hooks.endpoint(receiver.url, { headers: { 'X-Gateway-Key': 'abc' } });
    await hooks.endpoint(`${receiver.url}/ann`, { events: ['usage.*'], user_ids: [ann] });
    await hooks.endpoint(`${receiver.url}/never`, { events: ['credits.*'] });
    await hooks.happen(ann, 5);
    await hooks.happen(bob, 3);
    await hooks.deliver();
    const at = (path: string) => receiver.received.filter((one) => one.path === path);
    expect([at('/hooks').length, at('/hooks/ann').length, at('/hooks/never').length]).toEqual([8, 5, 0]);
    for (const user_id of [ann, bob]) {
      const sequences = at('/hooks').filter(({ event }) => event.user_id === user_id);
      expect(sequences.map(({ event }) => event.sequence)).toEqual(upTo(user_id === ann ? 5 : 3));
    }
    const [first] = at('/hooks');
    expect(verified(first!, all.secret)).toMatchObject({ type: 'usage.unrated', id: first?.id });
    expect(first?.headers).toMatchObject({ 'x-gateway-key': 'abc', 'content-type': 'application/json' });
    expect(await w.sql('SELECT FROM webhook_queues')).toEqual([]);
    expect(await hooks.deliveries({ user_id: bob, status: 'delivered' })).toHaveLength(3);
  });

  it('is queued once, however often and on however many instances', async () => {
    const user_id = someone();
    await hooks.endpoint(receiver.url);
    await hooks.happen(user_id, 20);
    const other = new WebhooksOf(w, await w.another(WEBHOOKS_ENV));
    await Promise.all([hooks.queue(), other.queue(), hooks.queue(), other.queue()]);
    await hooks.queue();
    await Promise.all([hooks.send(), other.send()]);
    expect(receiver.received.map(({ event }) => event.sequence)).toEqual(upTo(20));
  });

  it('waits while an earlier one of its account is retried, and others do not', async () => {
    const [ann, bob] = [someone(), someone()];
    await hooks.endpoint(receiver.url);
    receiver.answer = ({ event }, response) =>
      void response.writeHead(event.user_id === ann && event.sequence === 2 ? 503 : 200).end('busy');
    await hooks.happen(ann, 4);
    await hooks.happen(bob, 4);
    await hooks.deliver();
    expect([receiver.sequencesOf(ann), receiver.sequencesOf(bob)]).toEqual([[1, 2], upTo(4)]);
    const [second] = (await hooks.deliveries({ user_id: ann, status: 'pending' })).toReversed();
    expect(second).toMatchObject({ sequence: 2, tries: 1, status: 'pending' });
    expect(attemptsOf(second)).toEqual([expect.objectContaining({ status_code: 503, response: 'busy' })]);
    receiver.accept();
    await hooks.send();
    expect(receiver.sequencesOf(ann)).toEqual([1, 2]);
    await hooks.pass('6 seconds');
    await hooks.send();
    expect(receiver.sequencesOf(ann)).toEqual(upTo(4));
  });

  it('arrives after a day in which the receiver was down, in order', async () => {
    const user_id = someone();
    await hooks.endpoint(receiver.url);
    await hooks.happen(user_id, 3);
    receiver.refuse(502);
    await hooks.deliver();
    for (let hour = 0; hour < 25; hour += 1) {
      await hooks.pass('1 hour');
      await hooks.happen(user_id);
      await hooks.deliver();
    }
    expect(new Set(receiver.received.map(({ event }) => event.sequence))).toEqual(new Set([1]));
    receiver.accept();
    await hooks.pass('11 hours');
    await hooks.send();
    expect(receiver.sequencesOf(user_id)).toEqual(upTo(28));
    expect(await hooks.deliveries({ status: 'pending' })).toEqual([]);
  });

  it('is given up after eight attempts, and the next one is sent', async () => {
    const user_id = someone();
    await hooks.endpoint(receiver.url);
    receiver.answer = ({ event }, response) => void response.writeHead(event.sequence === 1 ? 500 : 200).end();
    await hooks.happen(user_id, 2);
    await hooks.deliver();
    for (let n = 0; n < 7; n += 1) {
      await hooks.pass('11 hours');
      await hooks.send();
    }
    expect(receiver.received.map(({ event }) => event.sequence)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 2]);
    const [failed] = await hooks.deliveries({ status: 'failed' });
    expect(failed).toMatchObject({ sequence: 1, tries: 8, next_attempt_at: null });
    const again = await w.done(`webhooks/deliveries/${String(failed?.id)}/resend`, {});
    expect(again).toMatchObject({ status: 'pending', tries: 0 });
    receiver.accept();
    await hooks.send();
    expect((await hooks.deliveries({ user_id }))[1]).toMatchObject({ status: 'delivered', tries: 1 });
  });

  it('is not sent to where a redirect leads, and Retry-After is honoured', async () => {
    const user_id = someone();
    await hooks.endpoint(receiver.url);
    await hooks.happen(user_id);
    receiver.refuse(302, { location: `${receiver.url}/elsewhere` });
    await hooks.deliver();
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks']);
    receiver.refuse(429, { 'retry-after': '3600' });
    await hooks.pass('6 seconds');
    await hooks.send();
    await hooks.pass('50 minutes');
    await hooks.send();
    expect(receiver.received).toHaveLength(2);
    await hooks.pass('11 minutes');
    await hooks.send();
    expect(receiver.received).toHaveLength(3);
    const [delivery] = await hooks.deliveries({ user_id });
    expect(attemptsOf(delivery)[0]).toMatchObject({ status_code: 302, error: expect.stringContaining('not followed') });
  });
});

describe('an endpoint', () => {
  it('that hangs delays nobody else', async () => {
    const dead = await WebhookReceiver.start();
    dead.hang();
    await hooks.endpoint(dead.url);
    await hooks.endpoint(receiver.url);
    const users = Array.from({ length: 40 }, someone);
    for (const user_id of users) await hooks.happen(user_id, 2);
    await hooks.queue();
    const began_ms = Date.now();
    const sending = hooks.send();
    while (receiver.received.length < 80 && Date.now() - began_ms < 10_000) await new Promise((r) => setTimeout(r, 20));
    const took_ms = Date.now() - began_ms;
    dead.close(); // ends the attempts that hang
    expect(receiver.received).toHaveLength(80);
    expect(took_ms).toBeLessThan(5_000);
    expect(dead.received.length).toBeLessThanOrEqual(16);
    await w.sql(`UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = 'manual'`);
    await sending;
  });

  it('whose secret is replaced gets both signatures until the grace ends', async () => {
    const { id, secret: old } = await hooks.endpoint(receiver.url);
    const { secret } = await w.done(`webhooks/endpoints/${id}/rotate-secret`, { grace_seconds: 60 });
    await hooks.happen(someone());
    await hooks.deliver();
    const [both] = receiver.received;
    expect(verified(both!, String(secret))).toBeTruthy();
    expect(verified(both!, old)).toBeTruthy();
    await w.sql(`UPDATE webhook_endpoints SET previous_expires_at = now() - interval '1 second'`);
    await hooks.happen(someone());
    await hooks.deliver();
    const [, one] = receiver.received;
    expect(verified(one!, String(secret))).toBeTruthy();
    expect(() => verified(one!, old)).toThrow();
  });

  it('that fails for a day is told, for five days is disabled, and recovers what it missed', async () => {
    const user_id = someone();
    const since = new Date(Date.now() - 60_000);
    const { id } = await hooks.endpoint(receiver.url, { events: ['usage.unrated'], user_ids: [user_id] });
    receiver.refuse();
    await hooks.happen(user_id);
    await hooks.deliver();
    const job = w.t.app.get(FailingEndpointsJob);
    const told = (): Promise<object[]> =>
      w.sql(`SELECT type FROM events WHERE data->'object'->>'endpoint_id' = $1 ORDER BY sequence`, [id]);
    await hooks.pass('23 hours 50 minutes');
    await job.review();
    expect(await told()).toEqual([]);
    await hooks.pass('20 minutes');
    await Promise.all([job.review(), job.review()]);
    await job.review();
    expect(await told()).toEqual([{ type: 'webhook.failing' }]);
    await hooks.pass('4 days');
    await job.review();
    expect(await told()).toEqual([{ type: 'webhook.failing' }, { type: 'webhook.disabled' }]);
    expect((await w.get(`webhooks/endpoints/${id}`)).body).toMatchObject({
      status: 'disabled',
      disabled_reason: 'failing',
    });
    receiver.accept();
    await hooks.happen(user_id);
    await hooks.deliver();
    expect(receiver.received).toHaveLength(1);
    const enable = { method: 'PATCH' as const, token: w.admin, body: { status: 'enabled' } };
    expect((await w.t.call(`webhooks/endpoints/${id}`, enable)).body).toMatchObject({
      failing_since: null,
      pending: 1,
    });
    expect(await hooks.recover(id, since)).toEqual({ queued: 1 });
    await hooks.send();
    expect(receiver.sequencesOf(user_id)).toEqual([1, 2]);
    expect(await hooks.recover(id, since)).toEqual({ queued: 0 });
  });
});
