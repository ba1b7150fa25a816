import type pg from 'pg';
import { ReadBudget } from './read-budget.js';

/** Dashboards ask for eight reports at once; what stands behind this many is better refused than kept waiting. */
const WAITING = { waiting_max: 200, waiting_of_one_max: 24 };

/**
 * Reads that may take long: searches, counts, deep pages, reports and exports. They have connections of their own, of
 * which there are few, so that charges wait neither for a connection nor for the processors of the database. `reader`
 * is whom a read is for: readers are served in turn.
 */
export class Reads {
  private readonly budget: ReadBudget;

  constructor(
    readonly pool: pg.Pool,
    at_once: number,
  ) {
    this.budget = new ReadBudget({ ...WAITING, at_once });
  }

  /** How many reads wait for their turn. */
  get waiting(): number {
    return this.budget.length;
  }

  /**
   * Runs one statement, planned each time.
   * @throws DomainError unavailable `overloaded`; pg.DatabaseError as PostgreSQL reports it
   */
  query<Row extends pg.QueryResultRow>(reader: string, text: string, values: unknown[]): Promise<Row[]> {
    return this.budget.run(reader, async () => (await this.pool.query<Row>(text, values)).rows);
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
