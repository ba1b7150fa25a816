import type { Difference } from './catalogue.js';
import type { Severity } from './severity.js';

/** Comparison of the live database with this release. */
export interface SchemaReport {
  /** Whether this release can serve with the database. */
  can_serve: boolean;
  /** Whether there are no differences and no pending, failed or newer migrations. */
  in_sync: boolean;
  differences: Difference[];
  /** Migrations of this release that have not been applied, oldest first. */
  pending_migrations: string[];
  /** Migrations that failed and were rolled back, oldest first. */
  failed_migrations: string[];
  /** Migrations of a newer release, oldest first. */
  newer_migrations: string[];
}

/** Returns the reasons why this release cannot serve, as sentences; empty if it can. */
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

/** Returns the differences that do not prevent serving, as sentences. */
export function warningsOf(report: Omit<SchemaReport, 'can_serve' | 'in_sync'>): string[] {
  const [first, ...more] = report.newer_migrations;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  const newer = first === undefined ? [] : [`a newer release has migrated this database (${first}${others})`];
  return [...newer, ...messagesOf(report, 'warning')];
}

/** Returns what to do, as one sentence; null if nothing differs. */
export function remedyOf(report: SchemaReport): string | null {
  const { differences, pending_migrations, failed_migrations, can_serve } = report;
  if (failed_migrations.length > 0) {
    return 'Fix the cause given in the log, then run: tollgate schema migrate --retry';
  }
  if (pending_migrations.length > 0) return 'Run: tollgate schema migrate';
  if (!can_serve) {
    return 'These differences do not come from a migration: undo them in the database, or add a migration and release it.';
  }
  return differences.length > 0 ? 'The service works with these differences; undo those that were not intended.' : null;
}

const messagesOf = ({ differences }: Pick<SchemaReport, 'differences'>, severity: Severity): string[] =>
  differences.filter((difference) => difference.severity === severity).map(({ message }) => message);
