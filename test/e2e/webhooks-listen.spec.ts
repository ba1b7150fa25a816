import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { TEST_SECRET } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { type Json, TestEnv } from '../support/factories.js';
import { launch } from '../support/services/built-service.js';
import { verified, WebhookReceiver } from '../support/webhook-receiver.js';
import { WebhooksOf } from '../support/webhooks.js';

let w: TestEnv;
let receiver: WebhookReceiver;
let command: ChildProcess;
beforeAll(async () => {
  w = await TestEnv.start();
  receiver = await WebhookReceiver.start();
});
afterAll(async () => {
  command.kill('SIGINT');
  receiver.close();
  await w.close();
});

describe('tollgate webhooks listen', () => {
  it('forwards the events of an account as they happen, in order and signed with the secret that it prints', async () => {
    const [ann, ben] = [`user-${randomUUID()}`, `user-${randomUUID()}`];
    const hooks = new WebhooksOf(w);
    await hooks.happen(ann, 2); // before it listens
    const argv = ['webhooks', 'listen', '--forward-to', receiver.url, '--user', ann, '--json'];
    const env = { ...process.env, NODE_ENV: 'test', JWT_SECRET: TEST_SECRET, DATABASE_URL: w.t.database_url };
    command = launch(env, process.execPath, ['dist/cli.js', ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, notes] = ['', ''];
    command.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    command.stderr?.on('data', (chunk: Buffer) => (notes += chunk.toString()));
    await Promise.race([new Promise((resolve) => command.stderr?.once('data', resolve)), once(command, 'exit')]);
    await eventually(async () => {
      // the first events can happen before it has found the latest one
      await hooks.happen(ben);
      await hooks.happen(ann);
      return receiver.received.length > 1;
    });
    const secret = /whsec_[\w+/=]+/.exec(notes)?.[0] ?? '';
    const sequences = receiver.received.map(({ event }) => event.sequence);
    expect(sequences).toEqual(sequences.map((_, n) => (sequences[0] ?? 0) + n));
    expect(sequences[0]).toBeGreaterThan(2);
    for (const one of receiver.received) {
      expect(verified(one, secret)).toMatchObject({ type: 'usage.unrated', user_id: ann });
    }
    await eventually(() => output.includes('\n'));
    const [line = ''] = output.split('\n');
    expect(JSON.parse(line) as Json).toMatchObject({ user_id: ann, status_code: 204, error: null });
  });
});
