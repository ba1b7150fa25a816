// Imported by scripts without a build.
import type pg from 'pg';

const UNDEFINED_TABLE = '42P01';

/** A migration that was begun and not rolled back. */
export interface BegunMigration {
  name: string;
  finished: boolean;
}

/** Returns the migrations that were begun, oldest first; none for a database without any migration. */
export async function readHistory(db: Pick<pg.ClientBase, 'query'>): Promise<BegunMigration[]> {
  try {
    const { rows } = await db.query<BegunMigration>(
      `SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM public._prisma_migrations
       WHERE rolled_back_at IS NULL ORDER BY started_at`,
    );
    return rows;
  } catch (error) {
    if ((error as pg.DatabaseError).code === UNDEFINED_TABLE) return [];
    throw error;
  }
}

/** Returns whether nothing is left to do: all the migrations have finished, and none has failed. */
export function isComplete(history: readonly BegunMigration[], names: readonly string[]): boolean {
  const begun = new Set(history.map(({ name }) => name));
  return history.every(({ finished }) => finished) && names.every((name) => begun.has(name));
}
