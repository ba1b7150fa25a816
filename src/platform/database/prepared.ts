import type pg from 'pg';
import { isStalePlan } from './database-errors.js';

/**
 * Runs a statement that is prepared once per connection under its name. If a newer release has changed the columns of its
 * result, it is prepared again.
 * @throws pg.DatabaseError as PostgreSQL reports it
 */
export async function runPrepared<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  statement: pg.QueryConfig & { name: string },
): Promise<Row[]> {
  for (let stale = 0; ; stale += 1) {
    try {
      return (await pool.query<Row>(statement)).rows;
    } catch (error) {
      // the pool closes the connection; any other one can have prepared the statement before the change, too
      if (!isStalePlan(error) || stale >= pool.options.max) throw error;
    }
  }
}
