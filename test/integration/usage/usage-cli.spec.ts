import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type CliRun, cliOn } from '../../support/cli.js';
import { TestEnv } from '../../support/factories.js';

let w: TestEnv;
let tollgate: (...argv: string[]) => Promise<CliRun>;
beforeAll(async () => {
  w = await TestEnv.start();
  tollgate = cliOn(w.t.database_url);
});
afterAll(() => w.close());

describe('tollgate usage', () => {
  const user_id = `user-${randomUUID()}`;
  const span = ['--from', '2026-06-01', '--to', '2026-06-30'];
  const query = { user_id, start_date: '2026-06-01', end_date: '2026-06-30' };

  beforeAll(async () => {
    const at = { occurred_at: '2026-06-15T10:00:00Z' };
    await w.events(user_id, { ...at, total_cost: '0.25', tokens_used: 10, session_id: 's' }, { ...at, service: 'tts' });
  });

  test('prints the same JSON as the API, or a table', async () => {
    for (const report of ['by-model', 'by-service']) {
      const run = await tollgate('usage', report, user_id, ...span, '--json');
      expect(run.json()).toEqual((await w.list(`credits/usage/${report}`, query)).body);
    }
    const summary = (await tollgate('usage', 'summary', user_id, ...span, '--json')).json();
    expect(summary).toEqual((await w.get('credits/usage/summary', query)).body);
    expect((await tollgate('usage', 'by-model', user_id, ...span)).stdout).toMatch(/│ +0\.25 │/);
    expect((await tollgate('usage', 'daily', user_id, '--date', '2026-06-15')).stdout).toMatch(/total_events\W+2/);
  });

  test('refuses an invalid time zone with the error of the API', async () => {
    const run = await tollgate('usage', 'daily', user_id, '--tz', 'Mars/Olympus');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('a time zone of the IANA database');
  });

  test('verify finds each difference in the hours, and --rebuild starts them again', async () => {
    await w.rollUp();
    await w.rollUpHours();
    const [rolled] = await w.sql('SELECT count(*)::int AS hours FROM usage_hourly WHERE user_id = $1', [user_id]);
    expect(rolled?.hours).toBeGreaterThan(0);
    expect((await tollgate('usage', 'verify')).code).toBe(0);
    await w.sql('UPDATE usage_hourly SET event_count = event_count + 1 WHERE user_id = $1', [user_id]);
    const run = await tollgate('usage', 'verify', '--json');
    expect([run.code, run.json()]).toMatchObject([3, { verified: false, fault_count: rolled?.hours }]);
    expect((await tollgate('usage', 'verify', '--rebuild')).code).toBe(0);
  });

  test('verify finds each difference in the roll-up, and --rebuild repairs it', async () => {
    await w.rollUp();
    const sound = await tollgate('usage', 'verify');
    expect([sound.code, sound.stdout]).toEqual([0, expect.stringContaining('Verified')]);
    await tollgate('usage', 'verify', '--rebuild');
    for (const [spoil, expected] of [
      [`UPDATE usage_daily SET total_cost = total_cost + 0.0000000001 WHERE user_id = $1 AND service = 'tts'`, 1],
      ['DELETE FROM usage_daily WHERE user_id = $1', 2],
      [`INSERT INTO usage_daily (user_id, day, service, model) VALUES ($1, '2026-01-01', 'tts', '')`, 1],
      [`INSERT INTO usage_sessions VALUES ($1, '2026-01-01', 'made up')`, 1],
      ['DELETE FROM usage_sessions WHERE user_id = $1', 1],
    ] as const) {
      // events recorded a moment ago are possibly not rolled up yet; the rebuild then includes them
      await w.sql(spoil, [user_id]);
      const run = await tollgate('usage', 'verify', '--json');
      expect([run.code, run.json()]).toMatchObject([3, { verified: false, fault_count: expected }]);
      expect((await tollgate('usage', 'verify')).stdout).toContain('--rebuild');
      expect((await tollgate('usage', 'verify', '--rebuild')).code).toBe(0);
    }
  });
});
