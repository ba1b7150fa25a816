import type { Difference } from './catalogue.js';
import type { Severity } from './severity.js';

/** How the live database stands to this release. */
export interface SchemaReport {
  /** Nothing stands against serving. */
  can_serve: boolean;
  /** Nothing differs, nothing is pending, nothing failed, nothing is newer. */
  in_sync: boolean;
  differences: Difference[];
  /** Migrations of this release that the database has not seen, oldest first. */
  pending_migrations: string[];
  /** Migrations that began and did not end, oldest first; they left nothing behind. */
  failed_migrations: string[];
  /** Migrations of a newer release, oldest first. */
  newer_migrations: string[];
}

/** What stands against serving, as sentences; empty when nothing does. */
export function faultsOf(report: Omit<SchemaReport, 'can_serve' | 'in_sync'>): string[] {
  const { pending_migrations, failed_migrations } = report;
  return [
    ...failed_migrations.map((name) => `migration ${name} failed`),
    ...pending_migrations
      .filter((name) => !failed_migrations.includes(name))
      .map((name) => `migration ${name} is pending`),
    ...messagesOf(report, 'fault'),
  ];
}

/** What differs without standing against serving, as sentences. */
export function warningsOf(report: Omit<SchemaReport, 'can_serve' | 'in_sync'>): string[] {
  const [first, ...more] = report.newer_migrations;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  const newer = first === undefined ? [] : [`a newer release has migrated this database (${first}${others})`];
  return [...newer, ...messagesOf(report, 'warning')];
}

/** What to do about it, as one sentence; null when nothing differs. */
export function remedyOf(report: SchemaReport): string | null {
  const { differences, pending_migrations, failed_migrations, can_serve } = report;
  if (failed_migrations.length > 0) {
    return 'Remove the cause that the log names, then run: tollgate schema migrate --retry';
  }
  if (pending_migrations.length > 0) return 'Run: tollgate schema migrate';
  if (!can_serve) {
    return 'No migration made these differences: undo them in the database, or add a migration and release it.';
  }
  return differences.length > 0 ? 'The service works with these differences; undo those that nobody intended.' : null;
}

const messagesOf = ({ differences }: Pick<SchemaReport, 'differences'>, severity: Severity): string[] =>
  differences.filter((difference) => difference.severity === severity).map(({ message }) => message);
