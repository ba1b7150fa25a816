import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Module, type OnModuleInit } from '@nestjs/common';
import type { Job, JobRun } from '../../../src/jobs/job.js';
import { Jobs } from '../../../src/jobs/jobs.js';
import { JobsModule } from '../../../src/jobs/jobs.module.js';
import { Database } from '../../../src/platform/database/database.js';
import { startApp, type TestApp } from '../../support/app.js';
import { cliOn } from '../../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

/** A module that only defines jobs. */
function moduleOf(...jobs: Job[]): new (registry: Jobs) => object {
  @Module({ imports: [JobsModule] })
  class JobsOfATest implements OnModuleInit {
    constructor(private readonly registry: Jobs) {}

    onModuleInit(): void {
      for (const job of jobs) this.registry.define(job);
    }
  }
  return JobsOfATest;
}

describe('jobs', () => {
  let database: TestDatabase;
  let apps: TestApp[];

  beforeEach(async () => {
    database = await createTestDatabase();
    apps = [];
  });

  afterEach(async () => {
    for (const app of apps) await app.close();
    await database.drop();
  });

  async function instance(...jobs: Job[]): Promise<TestApp> {
    const app = await startApp({ database_url: database.url, modules: [moduleOf(...jobs)] });
    apps.push(app);
    return app;
  }

  const enqueue = (app: TestApp, name: string, data: object, fails = false): Promise<void> =>
    app.app.get(Database).transaction(async (tx) => {
      await app.app.get(Jobs).enqueue(tx, name, data);
      if (fails) throw new Error('rolled back');
    });

  const rows = async (name: string): Promise<{ state: string; output: unknown }[]> => {
    const text = 'SELECT state, output FROM pgboss.job WHERE name = $1';
    return (await database.pool.query<{ state: string; output: unknown }>(text, [name])).rows;
  };

  test('a job runs if and only if the transaction that enqueued it commits', async () => {
    const seen: unknown[] = [];
    const run = (data: object): Promise<void> => Promise.resolve(void seen.push(data));
    const [asking, working] = [await instance({ name: 'note', run }), await instance({ name: 'note', run })];
    working.app.get(Jobs).start();
    await expect(enqueue(asking, 'note', { n: 1 }, true)).rejects.toThrow('rolled back');
    await enqueue(asking, 'note', { n: 2 });
    await eventually(() => seen.length > 0);
    await eventually(async () => (await rows('note')).every(({ state }) => state === 'completed'));
    expect(seen).toEqual([{ n: 2 }]);
  });

  test('a failed run stores its error and waits for a retry', async () => {
    const app = await instance({ name: 'faulty', run: () => Promise.reject(new Error('no luck')) });
    app.app.get(Jobs).start();
    await enqueue(app, 'faulty', {});
    const failed = await eventually(async () => (await rows('faulty')).find(({ state }) => state === 'retry'));
    expect(failed.output).toMatchObject({ message: 'no luck' });
    const listed = (await cliOn(database.url)('jobs', 'list', '--json')).json() as {
      name: string;
      waiting: number;
      active: number;
    }[];
    const faulty = listed.find(({ name }) => name === 'faulty');
    expect(faulty).toMatchObject({ cron: null, error: 'no luck' });
    expect((faulty?.waiting ?? 0) + (faulty?.active ?? 0)).toBe(1); // the second attempt may be active already
    expect(listed.find(({ name }) => name === 'due-accounts')).toMatchObject({ cron: '* * * * *' });
  });

  test('two instances run each occurrence of a schedule once', async () => {
    let runs = 0;
    const tick = { name: 'tick', cron: '* * * * *', run: () => Promise.resolve(void (runs += 1)) };
    // as an earlier release left it: an instance looks at the schedules as soon as it starts, and then twice a minute
    await database.pool.query(`SELECT pgboss.create_queue('tick', '{"policy": "stately", "notify": true}')`);
    await database.pool.query(`INSERT INTO pgboss.schedule (name, cron, data) VALUES ('tick', '* * * * *', '{}')`);
    const both = [await instance(tick), await instance(tick)];
    for (const { app } of both) app.get(Jobs).start();
    await eventually(async () => (await rows('tick')).some(({ state }) => state === 'completed'));
    const { rows: occurrences } = await database.pool.query<{ sent: string; slots: string }>(
      `SELECT count(*) AS sent, count(DISTINCT singleton_on) AS slots FROM pgboss.job
       WHERE name = '__pgboss__send-it' AND data->>'name' = 'tick'`,
    );
    expect(occurrences[0]?.sent).toBe(occurrences[0]?.slots);
    expect(String((await rows('tick')).length)).toBe(occurrences[0]?.slots);
    expect(String(runs)).toBe(occurrences[0]?.slots);
  });

  test('a schedule that was missed while no worker was running is run once, whichever workers start', async () => {
    let runs = 0;
    const monthly = { name: 'monthly', cron: '0 0 1 * *', run: () => Promise.resolve(void (runs += 1)) };
    await database.pool.query(`SELECT pgboss.create_queue('monthly', '{"policy": "stately", "notify": true}')`);
    await database.pool.query(
      `INSERT INTO pgboss.schedule (name, cron, data, created_on)
       VALUES ('monthly', '0 0 1 * *', '{}', now() - interval '40 days')`,
    );
    const both = [await instance(monthly), await instance(monthly)];
    for (const { app } of both) app.get(Jobs).start();
    await eventually(async () => (await rows('monthly')).some(({ state }) => state === 'completed'));
    const third = await instance(monthly);
    third.app.get(Jobs).start();
    await eventually(async () => (await database.pool.query('SELECT FROM pgboss.schedule')).rows.length > 1);
    expect([runs, (await rows('monthly')).length]).toEqual([1, 1]);
  });

  test('a scheduled job that no longer exists leaves no schedule and no waiting run', async () => {
    await database.pool.query(`SELECT pgboss.create_queue('gone', '{"policy": "stately", "notify": true}')`);
    await database.pool.query(`INSERT INTO pgboss.schedule (name, cron, data) VALUES ('gone', '0 0 1 1 *', '{}')`);
    const before = await instance({ name: 'gone', cron: '0 0 1 1 *', run: () => Promise.resolve() });
    await enqueue(before, 'gone', {});
    expect(await rows('gone')).toMatchObject([{ state: 'created' }]);
    const after = await instance();
    after.app.get(Jobs).start();
    const schedules = async (): Promise<unknown[]> =>
      (await database.pool.query<{ name: string }>(`SELECT name FROM pgboss.schedule WHERE name = 'gone'`)).rows;
    await eventually(async () => (await schedules()).length === 0);
    expect(await rows('gone')).toEqual([]);
  });

  test('a scheduled job never overlaps itself and has at most one waiting run', async () => {
    const gates: (() => void)[] = [];
    const slow = {
      name: 'slow',
      cron: '0 0 1 1 *',
      run: () => new Promise<void>((resolve) => void gates.push(resolve)),
    };
    const both = [await instance(slow), await instance(slow)] as const;
    for (const { app } of both) app.get(Jobs).start();
    await enqueue(both[0], 'slow', {});
    await eventually(() => gates.length === 1);
    await enqueue(both[0], 'slow', {});
    await enqueue(both[1], 'slow', {});
    expect((await rows('slow')).map(({ state }) => state).sort()).toEqual(['active', 'created']);
    gates[0]?.();
    await eventually(() => gates.length === 2);
    gates[1]?.();
    await eventually(async () => (await rows('slow')).every(({ state }) => state === 'completed'));
    expect(gates).toHaveLength(2);
  });

  test('a stopping process aborts its run and leaves it to another one', async () => {
    let aborted = false;
    const long = {
      name: 'long',
      run: (_data: object, { signal }: JobRun) =>
        new Promise<void>((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(new Error('stopped'));
          });
        }),
    };
    const app = await instance(long);
    app.app.get(Jobs).start();
    await enqueue(app, 'long', {});
    await eventually(async () => (await rows('long'))[0]?.state === 'active');
    await apps.pop()?.close();
    expect(aborted).toBe(true);
    expect((await rows('long')).map(({ state }) => state)).toEqual(['retry']);
  });

  test('a loop continues after a failure and stops with the application', async () => {
    let runs = 0;
    const app = await instance({
      name: 'round',
      every_s: 0.01,
      run: () => {
        runs += 1;
        return runs === 1 ? Promise.reject(new Error('once')) : Promise.resolve();
      },
    });
    app.app.get(Jobs).start();
    await eventually(() => runs > 2);
    await apps.pop()?.close();
    const { length } = await rows('round');
    expect(length).toBe(0);
  });

  test('jobs wait for missing tables, which only a migration creates', async () => {
    await database.pool.query('DROP SCHEMA pgboss CASCADE');
    const app = await instance({ name: 'note', run: () => Promise.resolve() });
    app.app.get(Jobs).start();
    await expect(enqueue(app, 'note', {})).rejects.toThrow('pg-boss is not installed');
    const { rows: schemas } = await database.pool.query(`SELECT FROM pg_namespace WHERE nspname = 'pgboss'`);
    expect(schemas).toHaveLength(0);
  });
});
