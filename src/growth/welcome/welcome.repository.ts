import { Injectable } from '@nestjs/common';
import type { welcome_event } from '../../generated/prisma/enums.js';
import type { WelcomeStepRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { wire } from '../../platform/values/wire.js';
import type { Step } from '../experiments/experiment.js';
import type { WelcomeFacts } from './welcome.js';

interface FactsRow extends Record<welcome_event, boolean> {
  source: string;
  started_at: Date;
  has_ended: boolean;
  given: welcome_event[];
  arm_steps: Step[] | null;
}

/** All SQL on the welcome of new users. It reads what they did from the tables of other modules. */
@Injectable()
export class WelcomeRepository {
  constructor(private readonly db: Database) {}

  /** Returns all steps, by source. */
  async steps(db: Db | Tx = this.db.prisma): Promise<WelcomeStepRow[]> {
    return (await db.welcome_steps.findMany({ orderBy: [{ source: 'asc' }, { on: 'asc' }] })).map(wire);
  }

  /** Sets a step, in place of an earlier one. */
  async setStep(tx: Tx, step: Omit<WelcomeStepRow, 'updated_at'>): Promise<WelcomeStepRow> {
    const { source, on } = step;
    const changes = { ...step, updated_at: new Date() };
    return wire(
      await tx.welcome_steps.upsert({ where: { source_on: { source, on } }, create: changes, update: changes }),
    );
  }

  /** Removes a step. Returns whether there was one. */
  async removeStep(tx: Tx, source: string, on: welcome_event): Promise<boolean> {
    return (await tx.welcome_steps.deleteMany({ where: { source, on } })).count > 0;
  }

  /**
   * Notes the registration of a new user: one whose account was opened in the last day, and who was not erased before.
   * Safe to repeat; a source replaces `*`, which another system can have noted first.
   * @returns whether something was noted
   */
  async start(tx: Tx, user_id: string, source: string): Promise<boolean> {
    const noted = await tx.$executeRaw`
      INSERT INTO welcomes AS w (user_id, source)
      SELECT user_id, ${source} FROM user_credits
      WHERE user_id = ${user_id} AND created_at > now() - interval '1 day'
      ON CONFLICT (user_id) DO UPDATE SET source = excluded.source WHERE w.source = '*' AND excluded.source <> '*'`;
    return noted > 0;
  }

  /** Whether the welcome of a user has begun. */
  async hasBegun(user_id: string): Promise<boolean> {
    return (await this.db.prisma.welcomes.count({ where: { user_id } })) > 0;
  }

  /** Returns what is known about a new user; null if no steps were set when the user was registered. */
  async facts(user_id: string, db: Db | Tx = this.db.prisma): Promise<WelcomeFacts | null> {
    const [row] = await db.$queryRaw<FactsRow[]>`
      SELECT source, started_at, ended_at IS NOT NULL AS has_ended, true AS registered,
        EXISTS (SELECT FROM contacts c WHERE c.user_id = w.user_id AND c.verified_at IS NOT NULL) AS email_verified,
        EXISTS (SELECT FROM usage_events e WHERE e.user_id = w.user_id AND e.succeeded) AS first_call,
        EXISTS (SELECT FROM payments p WHERE p.user_id = w.user_id AND p.paid_at IS NOT NULL AND p.amount > 0)
          AS payment_method,
        w.profile_completed_at IS NOT NULL AS profile_complete,
        ARRAY(SELECT g.on FROM welcome_gifts g WHERE g.user_id = w.user_id AND g.on <> 'initial_credits')::text[] AS given, (
          SELECT its.terms->'trial_steps' FROM experiment_assignments a JOIN experiments e ON e.key = a.experiment
            CROSS JOIN jsonb_array_elements(e.arms) AS its(terms)
          WHERE a.user_id = w.user_id AND its.terms->>'name' = a.arm) AS arm_steps
      FROM welcomes w WHERE user_id = ${user_id}`;
    if (!row) return null;
    const { source, started_at, has_ended, given, arm_steps, ...did } = row;
    const done = (Object.keys(did) as welcome_event[]).filter((event) => did[event]);
    return { source, started_at, has_ended, done: new Set(done), given: new Set(given), arm_steps };
  }

  /** Notes that the platform says that the profile of a user is complete. Safe to repeat. */
  async completeProfile(user_id: string): Promise<void> {
    const where = { user_id, profile_completed_at: null };
    await this.db.prisma.welcomes.updateMany({ where, data: { profile_completed_at: new Date() } });
  }

  /** Notes that nothing more can be got. */
  async end(tx: Tx, user_id: string): Promise<void> {
    await tx.welcomes.updateMany({ where: { user_id, ended_at: null }, data: { ended_at: new Date() } });
  }

  /** Returns the next users after `after`, by id, who can still get credits. */
  async open(after: string, limit: number): Promise<string[]> {
    const rows = await this.db.prisma.welcomes.findMany({
      where: { ended_at: null, user_id: { gt: after } },
      orderBy: { user_id: 'asc' },
      take: limit,
    });
    return rows.map(({ user_id }) => user_id);
  }
}
