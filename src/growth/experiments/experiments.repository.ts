import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { wire } from '../../platform/values/wire.js';
import type { Experiment } from './experiment.js';

/** Reads and writes experiments, and the arms of accounts. */
@Injectable()
export class ExperimentsRepository {
  constructor(private readonly db: Database) {}

  /** Returns all experiments, the latest first. */
  async list(): Promise<Experiment[]> {
    return (await this.db.prisma.experiments.findMany({ orderBy: [{ from: 'desc' }, { key: 'asc' }] })).map(
      toExperiment,
    );
  }

  /** Returns an experiment; null if there is none. */
  async find(key: string, db: Db | Tx = this.db.prisma): Promise<Experiment | null> {
    const row = await db.experiments.findUnique({ where: { key } });
    return row && toExperiment(row);
  }

  /** Lets nobody else create an experiment until the transaction ends. */
  async lockAll(tx: Tx): Promise<void> {
    await tx.$executeRaw`LOCK TABLE experiments IN SHARE ROW EXCLUSIVE MODE`;
  }

  /** Returns an experiment in which new accounts would take part between two instants; null if there is none. */
  async findBetween(tx: Tx, from: Date, to: Date): Promise<Experiment | null> {
    const row = await tx.experiments.findFirst({ where: { from: { lt: to }, to: { gt: from }, stopped_at: null } });
    return row && toExperiment(row);
  }

  /** Returns the experiment in which an account takes part that is opened now; null if there is none. */
  async running(tx: Tx, now: Date): Promise<Experiment | null> {
    const row = await tx.experiments.findFirst({ where: { from: { lte: now }, to: { gt: now }, stopped_at: null } });
    return row && toExperiment(row);
  }

  async create(tx: Tx, experiment: Omit<Experiment, 'stopped_at' | 'created_at'>): Promise<Experiment> {
    const data = { ...experiment, arms: experiment.arms as unknown as Prisma.InputJsonArray };
    return toExperiment(await tx.experiments.create({ data }));
  }

  /** Ends the experiment for new accounts. Returns null if there is no such experiment, or it was stopped before. */
  async stop(tx: Tx, key: string): Promise<Experiment | null> {
    const rows = await tx.experiments.updateManyAndReturn({
      where: { key, stopped_at: null },
      data: { stopped_at: new Date() },
    });
    return rows[0] ? toExperiment(rows[0]) : null;
  }

  /** Deletes an experiment. */
  async delete(tx: Tx, key: string): Promise<void> {
    await tx.experiments.delete({ where: { key } });
  }

  /** Notes the arm of a new account, for good. */
  async assign(
    tx: Tx,
    user_id: string,
    { experiment, arm, at }: { experiment: string; arm: string; at: Date },
  ): Promise<void> {
    await tx.experiment_assignments.create({ data: { user_id, experiment, arm, assigned_at: at } });
  }
}

const toExperiment = (row: Prisma.experimentsGetPayload<object>): Experiment => wire(row) as unknown as Experiment;
