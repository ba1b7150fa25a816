import type pg from 'pg';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { runPrepared } from './prepared.js';
import { ReadBudget } from './read-budget.js';

/**
 * A dashboard requests eight reports in parallel. Reads beyond these limits are refused, because the caller has
 * probably given up or retried by then.
 */
const WAITING = { waiting_max: 200, waiting_of_one_max: 24, wait_max_ms: 10_000 };

/** A read-only client. Its data can lag behind, so never base a decision on it. */
export type ReadClient = Omit<PrismaClient, '$transaction' | '$connect' | '$disconnect' | '$on' | '$extends'>;

/**
 * Long reads: lists, searches, counts, reports and exports. They use a small separate pool, so that charges wait
 * neither for a connection nor for CPU time of the database. `reader` identifies the user of a read; readers are served
 * in turn.
 */
export class Reads {
  private readonly budget: ReadBudget;

  constructor(
    readonly pool: pg.Pool,
    private readonly prisma: PrismaClient,
    concurrency: number,
  ) {
    this.budget = new ReadBudget({ ...WAITING, concurrency });
  }

  /** Number of reads waiting for their turn. */
  get waiting(): number {
    return this.budget.length;
  }

  /**
   * Runs a Prisma query.
   * @throws DomainError unavailable `overloaded`; a Prisma error
   */
  run<T>(reader: string, query: (db: ReadClient) => Promise<T>): Promise<T> {
    return this.budget.run(reader, () => query(this.prisma));
  }

  /**
   * Runs one statement, planned each time. A patient read waits for its turn without a timeout: it continues a file
   * whose beginning has already been sent.
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
    return this.budget.run(reader, () => runPrepared<Row>(this.pool, { name, text, values }));
  }
}
