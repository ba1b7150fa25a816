import { setTimeout as pause } from 'node:timers/promises';
import { CronExpressionParser } from 'cron-parser';
import type pg from 'pg';
import type { PgBoss } from 'pg-boss';
import { USER_PREFIX } from './accounts.ts';

export const HALF_HOURS = 48;
const POLL_MS = 50;
const HALF_HOUR_MS = 30 * 60_000;
/** Accounts whose period ends within the day; most of them are ones that no call touches. */
const RENEWING = 600;

/**
 * Lets a day pass for whatever falls due. Clocks are not touched: in each step, what falls due within the next half hour
 * of that day is moved to now, as it would have come, and the jobs of that half hour are asked for.
 */
export class FallingDue {
  private readonly pool: pg.Pool;
  private readonly boss: PgBoss;
  private readonly step_ms: number;
  private readonly started = new Date();
  private readonly jobs = new Map<string, number>();
  private moved = { resets: 0, holds: 0, grants: 0 };

  private constructor(pool: pg.Pool, boss: PgBoss, step_ms: number) {
    this.pool = pool;
    this.boss = boss;
    this.step_ms = step_ms;
  }

  static async begin(pool: pg.Pool, boss: PgBoss, step_ms: number): Promise<FallingDue> {
    await pool.query(
      `UPDATE user_credits SET reset_date = at, due_at = at
       FROM (SELECT '${USER_PREFIX}' || n * 5 AS id, now() + n * interval '1 day' / ${RENEWING} AS at
         FROM generate_series(1, ${RENEWING - 1}) AS n) AS renewing WHERE user_id = id`,
    );
    return new FallingDue(pool, boss, step_ms);
  }

  async pass(living: { isOver: boolean }): Promise<void> {
    for (let step = 1; step <= HALF_HOURS; step += 1) {
      for (const until = Date.now() + this.step_ms; Date.now() < until;) {
        if (living.isOver) return;
        await pause(POLL_MS);
      }
      await this.move(step);
      await this.askForJobs(step);
    }
    while (!living.isOver) await pause(POLL_MS);
  }

  /** What fell due, and how it ended. */
  async summary(): Promise<string> {
    const { rows } = await this.pool.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM credit_transactions WHERE metadata->>'reason' = 'monthly_reset') AS renewals,
         (SELECT count(*)::int FROM credit_transactions WHERE metadata->>'reason' = 'grant_expired') AS expiries,
         (SELECT count(*)::int FROM credit_holds WHERE status = 'expired') AS expired_holds,
         (SELECT count(*)::int FROM pgboss.job WHERE state = 'completed') AS runs_completed,
         (SELECT count(*)::int FROM pgboss.job WHERE state IN ('failed', 'retry')) AS runs_failed`,
    );
    return `${JSON.stringify({ ...this.moved, ...rows[0] })}, jobs asked for: ${[...this.jobs.keys()].join(', ')}`;
  }

  private async move(step: number): Promise<void> {
    const values = [this.started, this.step_ms, HALF_HOUR_MS - this.step_ms, step];
    const { rows } = await this.pool.query<{ user_id: string }>(
      `SELECT user_id FROM user_credits WHERE ${isDue('reset_date')}
       UNION SELECT user_id FROM credit_holds WHERE status = 'active' AND ${isDue('expires_at')}
       UNION SELECT user_id FROM credit_grants WHERE remaining > 0 AND ${isDue('expires_at')}`,
      values,
    );
    const users = rows.map(({ user_id }) => user_id);
    if (users.length === 0) return;
    const client = await this.pool.connect();
    const update = async (sql: string): Promise<number> =>
      (await client.query(`UPDATE ${sql} AND user_id = ANY ($5)`, [...values, users])).rowCount ?? 0;
    try {
      await client.query('BEGIN');
      await client.query('SELECT FROM user_credits WHERE user_id = ANY ($1) ORDER BY user_id FOR UPDATE', [users]);
      this.moved.holds += await update(
        `credit_holds SET expires_at = now() WHERE status = 'active' AND ${isDue('expires_at')}`,
      );
      this.moved.grants += await update(
        `credit_grants SET expires_at = now() WHERE remaining > 0 AND ${isDue('expires_at')}`,
      );
      this.moved.resets += await update(
        `user_credits SET reset_date = now(), due_at = least(due_at, now()) WHERE ${isDue('reset_date')}`,
      );
      await client.query(`UPDATE user_credits SET due_at = least(due_at, now()) WHERE user_id = ANY ($1)`, [users]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  /** Asks for what is scheduled within the half hour; what runs more often runs by itself. */
  private async askForJobs(step: number): Promise<void> {
    const to = new Date(this.started.getTime() + step * HALF_HOUR_MS);
    const { rows } = await this.pool.query<{ name: string; cron: string }>('SELECT name, cron FROM pgboss.schedule');
    for (const { name, cron } of rows) {
      const last = CronExpressionParser.parse(cron, { tz: 'UTC', currentDate: to }).prev().toDate();
      const isRare = !cron.startsWith('* ');
      if (!isRare || last.getTime() <= to.getTime() - HALF_HOUR_MS) continue;
      await this.boss.send(name, {});
      this.jobs.set(name, (this.jobs.get(name) ?? 0) + 1);
    }
  }
}

/**
 * SQL: whether an instant of a row is over by now in the day that passes. Its parameters are when that day began, how long
 * a step takes, by how much a half hour is longer (ms), and the step. A row was made at a step of its own: since then a
 * half hour has passed with each.
 */
function isDue(at: string): string {
  const made = 'greatest(0, floor(extract(epoch FROM created_at - $1::timestamptz) * 1000 / $2::float8))';
  return `${at} > clock_timestamp() AND ${at} - ($4::float8 - ${made}) * $3::float8 * interval '1 ms' <= clock_timestamp()`;
}
