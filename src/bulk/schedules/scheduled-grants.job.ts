import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ScheduledGrantRow, ScheduledGrantRunRow } from '../../generated/rows.js';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { systemActor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { units } from '../../platform/values/amount.js';
import { BulkGrants, lastingRefusal } from '../bulk-grants.js';
import { expiryOf, occurrencesSince } from './occurrences.js';
import { ScheduleRunsRepository } from './schedule-runs.repository.js';
import { SchedulesRepository } from './schedules.repository.js';

const ACTOR = systemActor('scheduled-grants');
const PAGE = 500;

/**
 * Books the occurrences of scheduled grants, every minute. Each missed occurrence is booked, because its credits were
 * promised, unless they would have expired already.
 */
@Injectable()
export class ScheduledGrantsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly db: Database,
    private readonly schedules: SchedulesRepository,
    private readonly runs: ScheduleRunsRepository,
    private readonly grants: BulkGrants,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'scheduled-grants', cron: '* * * * *', run: (_data, run) => this.bookAll(run) });
  }

  /** Begins what is due at `now`, the database's time by default, and books what is not complete. Safe to run concurrently. */
  async bookAll({ signal }: Pick<JobRun, 'signal'>, now?: Date): Promise<void> {
    await this.beginDue(now ?? (await this.schedules.now()));
    for (const run of await this.runs.unfinished()) await this.book(run, signal);
  }

  private async beginDue(now: Date): Promise<void> {
    const schedules = await this.schedules.active();
    const latest = await this.runs.latest(schedules.map(({ id }) => id));
    for (const schedule of schedules) {
      const last = latest.get(schedule.id);
      const since = last && last.due_at > schedule.active_since ? last.due_at : schedule.active_since;
      for (const { day, due_at } of occurrencesSince(schedule, since)) {
        if (due_at > now) break;
        if (last && day <= last.occurrence) continue;
        const { id: schedule_id, amount, expires_after_days } = schedule;
        const expires_at = expiryOf(due_at, expires_after_days);
        await this.runs.begin({ schedule_id, occurrence: day, due_at, amount, expires_at }, schedule);
      }
    }
  }

  /** Gives the credits of an occurrence to every account behind its cursor. */
  private async book(run: ScheduledGrantRunRow, signal: AbortSignal): Promise<void> {
    const schedule = await this.schedules.get(run.schedule_id);
    for (;;) {
      const receivers = await this.receivers(schedule, run);
      if (receivers.length === 0) return this.runs.complete(run);
      for (const user_id of receivers) {
        signal.throwIfAborted();
        if (!(await this.give(schedule, run, user_id))) return;
      }
      if (schedule.tier === null) return this.runs.complete(run);
    }
  }

  private async receivers({ user_id, tier }: ScheduledGrantRow, run: ScheduledGrantRunRow): Promise<string[]> {
    if (tier !== null) return this.runs.nextOfTier(run, tier, PAGE);
    return user_id === null || run.cursor !== null ? [] : [user_id];
  }

  /**
   * Gives an account its credits and moves the cursor, in one transaction. An account that cannot get them is skipped.
   * @returns false when another process dealt with the account, or the schedule was paused or removed
   */
  private async give(schedule: ScheduledGrantRow, run: ScheduledGrantRunRow, user_id: string): Promise<boolean> {
    try {
      return await this.db.transaction(async (tx) => {
        if (!(await this.runs.advance(tx, run, user_id, null))) return false;
        await this.grant(tx, schedule, run, user_id);
        return true;
      });
    } catch (error) {
      const refusal = lastingRefusal(error);
      if (refusal === null) throw error;
      return this.db.transaction((tx) => this.runs.advance(tx, run, user_id, refusal));
    }
  }

  private async grant(
    tx: Tx,
    schedule: ScheduledGrantRow,
    { occurrence, amount, expires_at }: ScheduledGrantRunRow,
    user_id: string,
  ): Promise<void> {
    const { tier, source, reason, id: schedule_id } = schedule;
    // credits for one account follow it when it is merged into another one
    const receiver = tier === null ? await this.grants.heirOf(user_id) : user_id;
    const metadata = { schedule_id, occurrence, ...(reason !== null && { reason }) };
    const details = { description: reason ?? schedule.name, metadata };
    await this.grants.give(tx, ACTOR, receiver, { amount: units(amount), source, expires_at, details }, tier);
  }
}
