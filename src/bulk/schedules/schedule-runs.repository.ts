import { Injectable } from '@nestjs/common';
import type { scheduled_grant_runs } from '../../generated/prisma/client.js';
import type { ScheduledGrantRow, ScheduledGrantRunRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { wire } from '../../platform/values/wire.js';

/** Names an occurrence. */
export type RunKey = Pick<ScheduledGrantRunRow, 'schedule_id' | 'occurrence'>;

/** Names who gets the credits. */
export type Receiver = Pick<ScheduledGrantRow, 'user_id' | 'tier'>;

/** An occurrence to begin. */
export type NewRun = Pick<ScheduledGrantRunRow, 'schedule_id' | 'occurrence' | 'due_at' | 'amount' | 'expires_at'>;

const ERROR_MAX = 500;

/** All SQL on the occurrences of scheduled grants. */
@Injectable()
export class ScheduleRunsRepository {
  constructor(private readonly db: Database) {}

  /** Begins an occurrence, once. One whose credits have expired already is complete at once. */
  async begin(run: NewRun, receiver: Receiver): Promise<void> {
    const { schedule_id, occurrence, due_at, amount, expires_at } = run;
    const accounts = await this.countReceivers(receiver, due_at);
    await this.db.prisma.$executeRaw`
      INSERT INTO scheduled_grant_runs (schedule_id, occurrence, due_at, amount, expires_at, accounts, completed_at, error)
      SELECT ${schedule_id}::uuid, ${occurrence}, ${due_at}, ${amount}::numeric, ${expires_at}::timestamptz, ${accounts},
        CASE WHEN is_over THEN clock_timestamp() END, CASE WHEN is_over THEN 'The credits would have expired already.' END
      FROM (SELECT COALESCE(${expires_at}::timestamptz <= clock_timestamp(), false) AS is_over) AS time
      ON CONFLICT (schedule_id, occurrence) DO NOTHING`;
  }

  /** Returns the latest occurrences of the scheduled grants, by schedule. */
  async latest(schedule_ids: string[]): Promise<Map<string, ScheduledGrantRunRow>> {
    const rows = await this.db.prisma.scheduled_grant_runs.findMany({
      where: { schedule_id: { in: schedule_ids } },
      distinct: ['schedule_id'],
      orderBy: [{ schedule_id: 'asc' }, { occurrence: 'desc' }],
    });
    return new Map(rows.map((row) => [row.schedule_id, wire(row)]));
  }

  /** Returns the latest occurrences of a scheduled grant, newest first. */
  async ofSchedule(schedule_id: string, limit: number): Promise<ScheduledGrantRunRow[]> {
    const query = { where: { schedule_id }, orderBy: { occurrence: 'desc' as const }, take: limit };
    return (await this.db.prisma.scheduled_grant_runs.findMany(query)).map(wire);
  }

  /** Returns the occurrences that are not complete and whose schedule is not paused, the earliest first. */
  async unfinished(): Promise<ScheduledGrantRunRow[]> {
    const rows = await this.db.prisma.scheduled_grant_runs.findMany({
      where: { completed_at: null, scheduled_grants: { paused_at: null } },
      orderBy: [{ due_at: 'asc' }, { schedule_id: 'asc' }],
    });
    return rows.map((row) => wire<scheduled_grant_runs>(row));
  }

  /** Returns how many accounts would get the credits of an occurrence. */
  async countReceivers({ user_id, tier }: Receiver, due_at: Date): Promise<number> {
    if (user_id !== null) return 1;
    const [row] = await this.db.prisma.$queryRaw<{ accounts: number }[]>`
      SELECT count(*)::int AS accounts FROM user_credits
      WHERE tier = ${tier} AND created_at <= ${due_at} AND status IN ('active', 'suspended')`;
    return row?.accounts ?? 0;
  }

  /** Returns the next accounts of the plan behind the cursor of the occurrence, which were open when it was due. */
  async nextOfTier({ schedule_id, occurrence }: RunKey, tier: string, limit: number): Promise<string[]> {
    const rows = await this.db.prisma.$queryRaw<{ user_id: string }[]>`
      SELECT a.user_id FROM scheduled_grant_runs r JOIN user_credits a ON a.user_id > COALESCE(r.cursor, '')
      WHERE r.schedule_id = ${schedule_id}::uuid AND r.occurrence = ${occurrence} AND r.completed_at IS NULL
        AND a.tier = ${tier} AND a.created_at <= r.due_at AND a.status IN ('active', 'suspended')
      ORDER BY a.user_id LIMIT ${limit}`;
    return rows.map(({ user_id }) => user_id);
  }

  /**
   * Moves the cursor of an occurrence to an account, and counts the account as `granted` or `skipped`. It is the guard that
   * lets each account be dealt with once: it returns false when the cursor is there or beyond already, or when the schedule
   * was paused or removed.
   */
  async advance(
    tx: Tx,
    { schedule_id, occurrence }: RunKey,
    user_id: string,
    skipped: string | null,
  ): Promise<boolean> {
    const moved = await tx.$executeRaw`
      UPDATE scheduled_grant_runs AS r SET cursor = ${user_id},
        granted = granted + ${skipped === null ? 1 : 0}, skipped = skipped + ${skipped === null ? 0 : 1},
        error = COALESCE(${skipped?.slice(0, ERROR_MAX) ?? null}, error)
      FROM scheduled_grants AS s
      WHERE r.schedule_id = ${schedule_id}::uuid AND r.occurrence = ${occurrence} AND r.completed_at IS NULL
        AND (r.cursor IS NULL OR r.cursor < ${user_id}) AND s.id = r.schedule_id AND s.paused_at IS NULL`;
    return moved === 1;
  }

  /** Marks an occurrence as complete. */
  async complete({ schedule_id, occurrence }: RunKey): Promise<void> {
    await this.db.prisma.$executeRaw`
      UPDATE scheduled_grant_runs SET completed_at = clock_timestamp(), cursor = NULL
      WHERE schedule_id = ${schedule_id}::uuid AND occurrence = ${occurrence} AND completed_at IS NULL`;
  }
}
