import type pg from 'pg';
import type { PrismaClient } from '../generated/prisma/client.js';
import { ReadBudget } from './read-budget.js';

/**
 * Dashboards ask for eight reports at once; what stands behind this many, or waits for longer, is better refused: whoever
 * asked has given up by then, or asks again.
 */
const WAITING = { waiting_max: 200, waiting_of_one_max: 24, wait_max_ms: 10_000 };

/** Reads alone: what may lag behind decides nothing. */
export type ReadClient = Omit<PrismaClient, '$transaction' | '$connect' | '$disconnect' | '$on' | '$extends'>;

/**
 * Reads that may take long: lists, searches, counts, reports and exports. They have connections of their own, of
 * which there are few, so that charges wait neither for a connection nor for the processors of the database. `reader`
 * is whom a read is for: readers are served in turn.
 */
export class Reads {
  private readonly budget: ReadBudget;

  constructor(
    readonly pool: pg.Pool,
    private readonly prisma: PrismaClient,
    at_once: number,
  ) {
    this.budget = new ReadBudget({ ...WAITING, at_once });
  }

  /** How many reads wait for their turn. */
  get waiting(): number {
    return this.budget.length;
  }

  /**
   * Runs a query of Prisma.
   * @throws DomainError unavailable `overloaded`; an error of Prisma
   */
  run<T>(reader: string, query: (db: ReadClient) => Promise<T>): Promise<T> {
    return this.budget.run(reader, () => query(this.prisma));
  }

  /**
   * Runs one statement, planned each time. One that is patient waits for its turn as long as that takes: it reads on in a
   * file that is being sent, the begin of which the reader has already.
   * @throws DomainError unavailable `overloaded`; pg.DatabaseError as PostgreSQL reports it
   */
  query<Row extends pg.QueryResultRow>(
    reader: string,
    text: string,
    values: unknown[],
    { is_patient = false } = {},
  ): Promise<Row[]> {
    return this.budget.run(reader, async () => (await this.pool.query<Row>(text, values)).rows, { is_patient });
  }

  /** The same, prepared once per connection under `name`. */
  statement<Row extends pg.QueryResultRow>(
    reader: string,
    name: string,
    text: string,
    values: unknown[],
  ): Promise<Row[]> {
    return this.budget.run(reader, async () => (await this.pool.query<Row>({ name, text, values })).rows);
  }
}
