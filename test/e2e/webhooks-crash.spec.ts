import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ChildProcess } from 'node:child_process';
import { TEST_SECRET } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TestEnv } from '../support/factories.js';
import { launch } from '../support/services/built-service.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { WebhooksOf, WEBHOOKS_ENV } from '../support/webhooks.js';

const ROUNDS = 10;
const EVENTS = 5;
const ACCOUNTS = 4;
const ANSWER_MS = 20;

describe('a worker that is killed while it sends webhooks', () => {
  let w: TestEnv;
  let receiver: WebhookReceiver;
  let worker: ChildProcess | undefined;
  beforeAll(async () => {
    w = await TestEnv.start({ env: WEBHOOKS_ENV });
    receiver = await WebhookReceiver.start();
    receiver.answer = (_received, response) => void setTimeout(() => response.writeHead(204).end(), ANSWER_MS);
  });
  afterAll(async () => {
    worker?.kill('SIGKILL');
    receiver.close();
    await w.close();
  });

  const start = (): ChildProcess => {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, ...WEBHOOKS_ENV, PRICE_SYNC: 'off', LOG_LEVEL: 'fatal', JWT_SECRET: TEST_SECRET };
    return launch({ ...env, DATABASE_URL: w.t.database_url }, process.execPath, ['dist/cli.js', 'worker']);
  };
  /** The leases of a worker that was killed end, as they do after a minute. */
  const endLeases = (): Promise<object[]> =>
    w.sql('UPDATE webhook_queues SET due_at = now() WHERE lease_id IS NOT NULL');

  it('delivers each event at least once, and in order to a receiver that recognises repetitions', async () => {
    const hooks = new WebhooksOf(w);
    await hooks.endpoint(receiver.url);
    const users = Array.from({ length: ACCOUNTS }, () => `user-${randomUUID()}`);
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = receiver.received.length;
      for (const user_id of users) await hooks.happen(user_id, EVENTS);
      worker = start();
      // at a different point of each round: some events are sent, others only committed
      await eventually(() => receiver.received.length >= before + round);
      const ended = once(worker, 'exit');
      worker.kill('SIGKILL');
      await ended;
      await endLeases();
    }
    worker = start();
    await eventually(() => receiver.handled.length === ROUNDS * EVENTS * ACCOUNTS);
    const all = Array.from({ length: ROUNDS * EVENTS }, (_, i) => i + 1);
    for (const user_id of users) expect(receiver.sequencesOf(user_id)).toEqual(all);
    await eventually(
      async () => (await w.sql(`SELECT FROM webhook_deliveries WHERE status <> 'delivered'`)).length === 0,
    );
    expect(await w.sql('SELECT FROM webhook_queues')).toEqual([]);
  }, 600_000);
});
