import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { writeEvents } from '../../../src/events/event-log.js';
import { EventTeller } from '../../../src/notifications/telling/event-teller.js';
import { DeadRunsJob } from '../../../src/operator/dead-runs.job.js';
import { OperatorChat } from '../../../src/operator/operator-chat.js';
import { Database } from '../../../src/platform/database/database.js';
import { TestEnv, UNKNOWN_ID } from '../../support/factories.js';
import { listen } from '../../support/services/listen.js';

/** What the chat was told. */
const texts: string[] = [];
const chat = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    texts.push((JSON.parse(Buffer.concat(chunks).toString()) as { text: string }).text);
    response.end('ok');
  });
});

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start({ env: { JOBS: 'off', CHAT_WEBHOOK_URL: await listen(chat) } });
});
afterAll(async () => {
  await w.close();
  chat.close();
});

const inject = <T>(type: abstract new (...given: never[]) => T): T => w.t.app.get(type, { strict: false });
const newTexts = async (): Promise<string[]> => {
  await inject(OperatorChat).sendDue();
  return texts.splice(0);
};

describe("the operator's chat", () => {
  it('hears of webhook endpoints that fail for a day and of those that are disabled', async () => {
    const user_id = `user-${randomUUID()}`;
    const object = { endpoint_id: UNKNOWN_ID, host: 'app.example.com', description: null, status: 'enabled' as const };
    const events = (['webhook.failing', 'webhook.disabled'] as const).map((type) => ({
      user_id,
      type,
      object: { ...object, failing_since: new Date(), pending: 12 },
    }));
    await inject(Database).transaction((tx) => writeEvents(tx, events));
    await inject(EventTeller).tellNew();
    expect((await newTexts()).toSorted()).toEqual([
      expect.stringContaining('at app.example.com has succeeded for a day; 12 wait'),
      expect.stringContaining('at app.example.com is disabled'),
    ]);
  });

  it('hears of a job run that failed for good once, without secrets, and not of one that is retried', async () => {
    const fail = (id: string, state: string, at = 'now()') =>
      w.sql(
        `INSERT INTO pgboss.job (id, name, state, output, completed_on)
         VALUES ($1, 'doctor', $2::text::pgboss.job_state, $3, ${at})`,
        [id, state, { message: 'cannot connect to postgres://app:geheim@db/app' }],
      );
    await w.sql(`SELECT pgboss.create_queue('doctor', '{"policy": "standard"}')`);
    await fail(randomUUID(), 'retry');
    await inject(DeadRunsJob).tell();
    expect(await newTexts()).toEqual([]);
    await fail(randomUUID(), 'failed');
    await Promise.all([inject(DeadRunsJob).tell(), inject(DeadRunsJob).tell()]);
    await inject(DeadRunsJob).tell();
    const told = await newTexts();
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('A run of the job doctor failed for good');
    expect(told[0]).not.toContain('geheim');
  });
});
