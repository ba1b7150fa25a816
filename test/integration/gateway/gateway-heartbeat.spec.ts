import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { CallsRecoveryJob } from '../../../src/gateway/calls/calls-recovery.job.js';
import { CALLS } from '../../../src/platform/config/openrouter-config.js';
import { eventually } from '../../support/eventually.js';
import { GatewayWorld } from '../../support/gateway.js';

const RUN = { signal: new AbortController().signal, log: new Logger('a-test') };
const TOKENS = 20;
const calls = { ...CALLS, lease_s: 2, heartbeat_ms: 100, hold_ttl_s: 3, hold_age_max_ms: 500 };

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start({}, { calls });
});
afterAll(() => g.close());

it.each([true, false])(
  'a call outlives its lease and the time of its hold: its process keeps both (streamed: %s)',
  async (stream) => {
    const user_id = await g.w.user('5');
    const pause = Promise.withResolvers<undefined>();
    g.openrouter.behaviour = {
      output_tokens: TOKENS,
      ...(stream ? { pause: pause.promise } : { gate: pause.promise }),
    };
    const answer = g.chat(user_id, {}, { stream });
    await eventually(async () => (await g.openCalls()).length === 1);
    const first = 'SELECT lease_until, expires_at FROM credit_holds WHERE user_id = $1';
    const [{ lease_until, expires_at }] = (await g.w.sql(first, [user_id])) as [Record<string, Date>];
    const job = g.w.t.app.get(CallsRecoveryJob);
    await eventually(async () => {
      await job.endAll(RUN); // which takes every call whose lease is over
      expect(Number((await g.w.balance(user_id)).held)).toBeGreaterThan(0); // reading it ends holds whose time is over
      const [row] = await g.w.sql('SELECT clock_timestamp() > $1 AND clock_timestamp() > $2 AS is_over', [
        lease_until,
        expires_at,
      ]);
      return row!.is_over;
    });
    expect(await g.events(user_id)).toEqual([]);
    pause.resolve(undefined);
    expect(await (await answer).text()).toContain('so');
    expect(await g.events(user_id)).toMatchObject([{ output_tokens: TOKENS }]);
    const holds = await g.w.sql('SELECT status FROM credit_holds WHERE user_id = $1', [user_id]);
    expect([holds, await g.openCalls()]).toEqual([[{ status: 'captured' }], []]);
    await g.w.verify(user_id);
  },
);

it('an id that could not be stored immediately is stored by a later heartbeat', async () => {
  const user_id = await g.w.user('5');
  await g.w.sql('CREATE SEQUENCE tries'); // it counts what is rolled back as well
  await g.w.sql(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''tries''); RAISE ''refused by a test''; END'`,
  );
  await g.w.sql(`CREATE TRIGGER refuse BEFORE UPDATE OF work_id ON credit_holds EXECUTE FUNCTION refuse()`);
  const pause = Promise.withResolvers<undefined>();
  g.openrouter.behaviour = { pause: pause.promise };
  const answer = await g.chat(user_id, {}, { stream: true });
  await eventually(async () => (await g.w.sql('SELECT is_called FROM tries'))[0]!.is_called);
  expect(await g.openCalls()).toMatchObject([{ user_id, work_id: null }]);
  await g.w.sql('DROP TRIGGER refuse ON credit_holds');
  await eventually(async () => (await g.openCalls())[0]?.work_id);
  pause.resolve(undefined);
  expect(await answer.text()).toContain('[DONE]');
  expect(await g.events(user_id)).toHaveLength(1);
});
