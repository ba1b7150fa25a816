import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { DoctorJob } from '../../../src/doctor/doctor.job.js';
import { Doctor, type DoctorReport } from '../../../src/doctor/doctor.service.js';
import { startApp, type TestApp } from '../../support/app.js';
import { cliOn } from '../../support/cli.js';
import { DOCTOR_FAULTS } from '../../support/faults/doctor-faults.js';
import { UNKNOWN_ID } from '../../support/factories.js';

/** The test server is not crash-safe, which the doctor reports. */
const OF_THE_TESTS = /^(fsync|full_page_writes|synchronous_commit|autovacuum) is off/;

describe('the doctor', () => {
  let t: TestApp;
  let pool: pg.Pool;
  let admin: string;

  beforeAll(async () => {
    t = await startApp();
    pool = t.pool!;
    admin = await t.tokenFor('admin-1', 'admin');
    await post('credits/allocate', { user_id: 'ann', amount: '20', source: 'purchase' });
    const work = { user_id: 'ann', service: 'tts', cost: '0.5', request_id: 'one' };
    await post('credits/usage/track', { ...work, charge: true });
    await post('credits/usage/track', { ...work, request_id: 'two' });
    const hold = await post('credits/holds', { user_id: 'ann', amount: '2', service: 'chat' });
    await post(`credits/holds/${String(hold.id)}/capture`, { amount: '1' });
    await post('credits/holds', { user_id: 'ann', amount: '1', service: 'chat' });
  });
  afterAll(() => t.close());

  async function post(path: string, body: object): Promise<Record<string, unknown>> {
    return (await t.call(path, { method: 'POST', token: admin, body })).body as Record<string, unknown>;
  }

  async function examine(repair = false): Promise<DoctorReport> {
    const report = await t.app.get(Doctor).examine({ repair });
    return { ...report, findings: report.findings.filter(({ found }) => !OF_THE_TESTS.test(found)) };
  }

  it('finds nothing in a healthy installation', async () => {
    const report = await examine();
    expect(report.findings).toEqual([]);
    expect(report.checks).toEqual([
      'configuration',
      'database-settings',
      'schema',
      'clock',
      'storage',
      'ledger',
      'usage-rollup',
      'connections',
      'backlog',
      'jobs',
      'partitions',
      'webhooks',
    ]);
  });

  it.each(DOCTOR_FAULTS)('finds $name', async ({ spoil, mend, check, level, words }) => {
    await pool.query(spoil);
    try {
      const { findings } = await examine();
      const found = findings.find((one) => one.check === check && one.found.includes(words));
      expect(found ?? findings).toEqual({
        check,
        level,
        found: expect.stringContaining(words),
        remedy: expect.stringMatching(/./),
      });
    } finally {
      await pool.query(mend);
    }
    expect((await examine()).findings).toEqual([]);
  });

  it('reports faults with --json and by its exit code, and the nightly job logs them', async () => {
    const cli = cliOn(t.database_url);
    expect((await cli('doctor')).code).toBe(0);
    await pool.query(`UPDATE usage_events SET transaction_id = '${UNKNOWN_ID}' WHERE request_id = 'two'`);
    const run = await cli('doctor', '--json');
    expect(run.code).toBe(1);
    const report = run.json() as DoctorReport;
    expect(report).toMatchObject({ level: 'error', repaired: [] });
    const lines: string[] = [];
    const log = Object.assign(new Logger(), { error: (line: string) => lines.push(line), warn: () => undefined });
    expect(await t.app.get(DoctorJob).examine({ log, signal: new AbortController().signal })).toMatchObject({
      level: 'error',
    });
    await expect(t.app.get(DoctorJob).examine({ log, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(lines).toEqual([expect.stringContaining('connections: 1 charged usage event without its ledger line')]);
    await pool.query(`UPDATE usage_events SET transaction_id = NULL WHERE request_id = 'two'`);
  });

  it('repairs the roll-up and overdue bookings', async () => {
    await cliOn(t.database_url)('usage', 'verify', '--rebuild');
    await pool.query(`UPDATE usage_daily SET event_count = event_count + 1`);
    await pool.query(
      `UPDATE credit_holds SET created_at = now() - interval '2 hours', expires_at = now() - interval '1 hour' WHERE status = 'active'`,
    );
    await pool.query(`UPDATE user_credits SET due_at = now() - interval '61 minutes'`);
    expect((await examine()).findings.map(({ check }) => check)).toEqual(['usage-rollup', 'backlog', 'backlog']);
    const { findings, repaired } = await examine(true);
    expect([findings, repaired]).toEqual([
      [],
      [expect.stringMatching(/^usage-rollup: /), expect.stringMatching(/^backlog: .*expired holds were released$/)],
    ]);
    const { rows } = await pool.query('SELECT held::float8 FROM user_credits');
    expect(rows).toEqual([{ held: 0 }]);
  });
});
