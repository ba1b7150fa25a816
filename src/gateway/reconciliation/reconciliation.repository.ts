import { Injectable } from '@nestjs/common';
import { amount, type Units, units } from '../../platform/values/amount.js';
import { Database } from '../../platform/database/database.js';

/** The booked cost of calls with the platform's key. */
export interface Booked {
  cost: Units;
  /** Calls that are not settled yet. */
  open_calls: number;
}

/** The total usage of the platform's account at some time. */
export interface Reading {
  total_usage: Units;
  read_at: Date;
}

interface BookedRow {
  cost: string;
  open_calls: number;
}

const BOOKED = `
  SELECT
    (SELECT COALESCE(sum(provider_cost), 0)::text FROM usage_events
     WHERE created_at >= $1 AND source = 'gateway' AND metadata ->> 'key' IS NULL) AS cost,
    (SELECT count(*)::int FROM credit_holds
     WHERE lease_until IS NOT NULL AND metadata ->> 'key' IS NULL) AS open_calls`;

/** All SQL of the reconciliation with the provider. */
@Injectable()
export class ReconciliationRepository {
  constructor(private readonly db: Database) {}

  /** Returns the database's time and the start of its day (UTC). */
  async now(): Promise<{ now: Date; today: Date }> {
    const text = `SELECT clock_timestamp() AS now, date_trunc('day', clock_timestamp()) AS today`;
    const { rows } = await this.db.pool.query<{ now: Date; today: Date }>(text);
    return rows[0] as { now: Date; today: Date };
  }

  async bookedSince(since: Date): Promise<Booked> {
    const { rows } = await this.db.pool.query<BookedRow>(BOOKED, [since]);
    const { cost, open_calls } = rows[0] as BookedRow;
    return { cost: units(cost), open_calls };
  }

  /** Returns the latest reading; null before the first. */
  async lastReading(): Promise<Reading | null> {
    const row = await this.db.prisma.openrouter_readings.findFirst({ orderBy: { id: 'desc' } });
    return row && { total_usage: units(row.total_usage.toFixed()), read_at: row.read_at };
  }

  async addReading({ total_usage, read_at }: Reading): Promise<void> {
    await this.db.prisma.openrouter_readings.create({ data: { total_usage: amount(total_usage), read_at } });
  }
}
