import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Module, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../../../src/jobs/jobs.js';
import { JobsModule } from '../../../src/jobs/jobs.module.js';
import { Database } from '../../../src/platform/database/database.js';
import { startApp, type TestApp } from '../../support/app.js';
import { cliOn, failureOf } from '../../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { UNKNOWN_ID } from '../../support/factories.js';

interface Run {
  id: string;
  state: string;
  tries: number;
  error: string | null;
}

describe('runs of jobs', () => {
  let database: TestDatabase;
  let t: TestApp;
  let admin: string;
  let runs: number;
  let works: boolean;

  beforeEach(async () => {
    [runs, works] = [0, false];
    database = await createTestDatabase();
    const run = (): Promise<void> => {
      runs += 1;
      const lost = new Error('no way to postgresql://tollgate:pa55word@db.internal/tollgate');
      return works ? Promise.resolve() : Promise.reject(lost);
    };
    @Module({ imports: [JobsModule] })
    class JobsOfATest implements OnModuleInit {
      constructor(private readonly registry: Jobs) {}

      onModuleInit(): void {
        this.registry.define({ name: 'faulty', run });
        this.registry.define({ name: 'yearly', cron: '0 0 1 1 *', run });
      }
    }
    t = await startApp({ database_url: database.url, modules: [JobsOfATest] });
    admin = await t.tokenFor('admin-1', 'admin');
  });

  afterEach(async () => {
    await t.close();
    await database.drop();
  });

  const enqueue = (name: string, data: object): Promise<void> =>
    t.app.get(Database).transaction((tx) => t.app.get(Jobs).enqueue(tx, name, data));
  const list = async (query: Record<string, string>): Promise<Run[]> =>
    (await t.call('admin/jobs/runs', { token: admin, query })).body as Run[];
  const newest = async (queue: string): Promise<Run> => {
    const [run] = await list({ queue });
    if (!run) throw new Error(`no run of ${queue}`);
    return run;
  };

  /** Creates a run that failed for good after one attempt. */
  async function givenUp(): Promise<Run> {
    await enqueue('faulty', { user_id: 'ann', client_secret: 'very' });
    await database.pool.query(`UPDATE pgboss.job SET retry_limit = 0 WHERE name = 'faulty'`);
    t.app.get(Jobs).start();
    await eventually(async () => (await newest('faulty')).state === 'failed');
    return newest('faulty');
  }

  test('a failed run is listed with its error and shown with its data, without secrets', async () => {
    const { id } = await givenUp();
    const failed = await list({ state: 'failed' });
    expect(failed).toEqual([
      expect.objectContaining({
        id,
        queue: 'faulty',
        state: 'failed',
        tries: 1,
        tries_max: 1,
        error: 'no way to postgresql://tollgate:[hidden]@db.internal/tollgate',
      }),
    ]);
    const { body } = await t.call(`admin/jobs/faulty/${id}`, { token: admin });
    expect(body).toMatchObject({ id, data: { user_id: 'ann', client_secret: '[hidden]' } });
    expect((await cliOn(database.url)('jobs', 'show', 'faulty', id, '--json')).json()).toEqual(body);
    expect((await cliOn(database.url)('jobs', 'runs', '--state', 'failed', '--json')).json()).toEqual(failed);
    expect(await list({ state: 'active' })).toEqual([]);
  });

  test('an admin can retry a failed run once, which is recorded in the audit log', async () => {
    const { id } = await givenUp();
    works = true;
    const retry = (): ReturnType<TestApp['call']> =>
      t.call(`admin/jobs/faulty/${id}/retry`, { method: 'POST', token: admin });
    expect(await retry()).toMatchObject({ status: 200, body: { id, tries_max: 2 } });
    await eventually(async () => (await newest('faulty')).state === 'completed');
    expect(runs).toBe(2);
    expect(await newest('faulty')).toMatchObject({ tries: 2, error: null });
    expect(await retry()).toMatchObject({ status: 409, body: { code: 'run_state' } });
    const { rows } = await database.pool.query(
      `SELECT actor, resource_id, metadata FROM audit_logs WHERE action = 'job.retry'`,
    );
    expect(rows).toEqual([{ actor: 'admin-1', resource_id: id, metadata: { queue: 'faulty' } }]);
  });

  test('a cancelled run never starts', async () => {
    await enqueue('faulty', {});
    const { id } = await newest('faulty');
    const cancelled = await t.call(`admin/jobs/faulty/${id}/cancel`, { method: 'POST', token: admin });
    expect(cancelled).toMatchObject({ status: 200, body: { id, state: 'cancelled' } });
    await enqueue('faulty', {});
    t.app.get(Jobs).start();
    await eventually(() => runs === 1);
    expect((await list({ queue: 'faulty', state: 'cancelled' })).map((run) => run.id)).toEqual([id]);
    const again = await cliOn(database.url)('jobs', 'cancel', 'faulty', id, '--json');
    expect([again.code, failureOf(again).code]).toEqual([4, 'run_state']);
  });

  test('a scheduled run cannot be retried while another one is waiting', async () => {
    await enqueue('yearly', {});
    const { id } = await newest('yearly');
    await database.pool.query(`UPDATE pgboss.job SET state = 'failed' WHERE id = $1`, [id]);
    await enqueue('yearly', {});
    await database.pool.query(`UPDATE pgboss.job SET state = 'retry' WHERE state = 'created' AND name = 'yearly'`);
    const answer = await t.call(`admin/jobs/yearly/${id}/retry`, { method: 'POST', token: admin });
    expect(answer).toMatchObject({ status: 409, body: { code: 'run_state' } });
  });

  test('pages have no gaps', async () => {
    for (let n = 0; n < 5; n += 1) await enqueue('faulty', { n });
    const first = await t.call('admin/jobs/runs', { token: admin, query: { limit: '3', count: 'true' } });
    expect(first.headers['x-total-count']).toBe('5');
    const rest = await list({ limit: '3', cursor: first.headers['x-next-cursor'] ?? '' });
    expect(rest).toHaveLength(2);
    expect(new Set([...(first.body as Run[]), ...rest].map(({ id }) => id)).size).toBe(5);
  });

  test('every schedule has its next run', async () => {
    t.app.get(Jobs).start();
    await eventually(async () => (await database.pool.query('SELECT FROM pgboss.schedule')).rows.length > 0);
    const jobs = await eventually(async () => {
      const { body } = await t.call('admin/jobs', { token: admin });
      return (body as { name: string; cron: string | null; next_run_at: string | null }[]).find(
        ({ cron, name }) => cron !== null && name === 'yearly',
      );
    });
    expect(jobs.next_run_at).toBe(`${String(new Date().getUTCFullYear() + 1)}-01-01T00:00:00.000Z`);
  });

  test('an admin runs a scheduled job now, and sees when it ran and how that ended', async () => {
    works = true;
    t.app.get(Jobs).start();
    const schedule = `SELECT FROM pgboss.schedule WHERE name = 'yearly'`;
    await eventually(async () => (await database.pool.query(schedule)).rows.length > 0);
    const job = async (): Promise<Record<string, unknown> | undefined> =>
      ((await t.call('admin/jobs', { token: admin })).body as Record<string, unknown>[]).find(
        ({ name }) => name === 'yearly',
      );
    const start = await t.call('admin/jobs/yearly/run', { method: 'POST', token: admin });
    expect(start).toMatchObject({ status: 202, body: { name: 'yearly' } });
    await eventually(async () => (await job())?.last_state === 'completed');
    expect(await job()).toMatchObject({ running_since: null, last_run_at: expect.any(String), failed: 0 });
    expect(runs).toBe(1);
    const demand = await t.call('admin/jobs/faulty/run', { method: 'POST', token: admin });
    expect(demand).toMatchObject({ status: 409, body: { code: 'job_on_demand' } });
    const unknown = await t.call('admin/jobs/no-such-job/run', { method: 'POST', token: admin });
    expect(unknown).toMatchObject({ status: 404 });
    const { code, json } = await cliOn(database.url)('jobs', 'run', 'yearly', '--json');
    expect([code, json()]).toMatchObject([0, { name: 'yearly' }]);
  });

  test('only admins can read runs, and unknown runs are not found', async () => {
    const service = await t.tokenFor('svc', 'service');
    expect(await t.call('admin/jobs', { token: service })).toMatchObject({ status: 403 });
    const act = { method: 'POST', token: admin } as const;
    for (const [path, call] of [
      [`admin/jobs/faulty/${UNKNOWN_ID}`, { token: admin }],
      [`admin/jobs/faulty/${UNKNOWN_ID}/retry`, act],
      ['admin/jobs/__pgboss__maintenance/x/cancel', act],
    ] as const) {
      expect(await t.call(path, call)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    const run = await cliOn(database.url)('jobs', 'show', 'faulty', 'x', '--json');
    expect([run.code, failureOf(run).code]).toEqual([5, 'not_found']);
  });
});
