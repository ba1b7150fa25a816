import type { Difference } from './catalogue.js';

/** How the live database stands to this release. */
export interface SchemaReport {
  /** Nothing differs, nothing is pending, nothing failed. */
  in_sync: boolean;
  differences: Difference[];
  /** Migrations of this release that the database has not seen, oldest first. */
  pending_migrations: string[];
  /** Migrations that began and did not end, oldest first; they left nothing behind. */
  failed_migrations: string[];
}

/** The report as sentences, the first differences first; empty when in sync. */
export function linesOf({ differences, pending_migrations, failed_migrations }: SchemaReport): string[] {
  return [
    ...failed_migrations.map((name) => `migration ${name} failed`),
    ...pending_migrations
      .filter((name) => !failed_migrations.includes(name))
      .map((name) => `migration ${name} is pending`),
    ...differences.map(({ message }) => message),
  ];
}

/** What to do about it, as one sentence; null when in sync. */
export function remedyOf({ differences, pending_migrations, failed_migrations }: SchemaReport): string | null {
  if (failed_migrations.length > 0) {
    return 'Remove the cause that the log names, then run: tollgate schema migrate --retry';
  }
  if (pending_migrations.length > 0) return 'Run: tollgate schema migrate';
  if (differences.length > 0) {
    return 'No migration made these differences: undo them in the database, or add a migration and release it.';
  }
  return null;
}
