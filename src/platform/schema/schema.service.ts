import { Inject, Injectable, Logger } from '@nestjs/common';
import { CATALOGUE } from '../../generated/catalogue.js';
import { CONFIG, type Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { serviceSettings } from '../database/session.js';
import { compareCatalogue, readCatalogue } from './catalogue.js';
import { applyMigrations, forgetFailedMigration, migrationNames } from './engine.js';
import { readHistory } from './migration-history.js';
import { readMissingPartitions } from './partitions.js';
import { settleRole } from './role-settings.js';
import { faultsOf, remedyOf, type SchemaReport, warningsOf } from './report.js';

/** Checks and migrates the database schema. */
@Injectable()
export class SchemaService {
  private readonly log = new Logger('schema');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
  ) {}

  /**
   * Compares the live database with the migrations of this release, in short queries.
   * @throws pg.DatabaseError, or a network error, if the database does not respond
   */
  async check(): Promise<SchemaReport> {
    const [live, history] = await Promise.all([readCatalogue(this.database.pool), readHistory(this.database.pool)]);
    const ours = migrationNames();
    const applied = new Set(history.filter(({ finished }) => finished).map(({ name }) => name));
    const newer_migrations = [...applied].filter((name) => !ours.includes(name));
    const pending_migrations = ours.filter((name) => !applied.has(name));
    const differences = compareCatalogue(CATALOGUE, live, { is_newer: newer_migrations.length > 0 });
    // they are looked for with a function that a migration makes
    const partitions = pending_migrations.length === 0 ? await readMissingPartitions(this.database.pool) : [];
    const report = {
      differences: [...differences, ...partitions],
      pending_migrations,
      failed_migrations: history
        .filter(({ name, finished }) => !finished && ours.includes(name))
        .map(({ name }) => name),
      newer_migrations,
    };
    const can_serve = faultsOf(report).length === 0;
    return { ...report, can_serve, in_sync: can_serve && warningsOf(report).length === 0 };
  }

  /**
   * Applies pending migrations, each in one transaction, and sets the role settings that sessions need. Several
   * processes can call it concurrently. Returns the names of the applied migrations. `retry` runs a failed migration
   * again; do not use it while another process is migrating.
   * @throws Error naming the failed migration and the reason
   */
  async migrate({ retry = false } = {}): Promise<string[]> {
    const { url } = this.config.database;
    if (url === null) throw new Error('The address of the database is not known yet.');
    if (retry) await this.forgetFailures(url);
    const applied = await applyMigrations(url);
    for (const name of applied) this.log.log(`applied migration ${name}`);
    const left = await settleRole(url, serviceSettings(this.config.database.statement_timeout_ms));
    if (left.length > 0)
      this.log.warn(`The role may not set what its sessions need; its owner should run: ${left.join('; ')}`);
    return applied;
  }

  /** Logs the differences between the database and this release and what to do about them, if there are any. */
  explain(report: SchemaReport): void {
    const remedy = remedyOf(report);
    for (const line of faultsOf(report)) this.log.error(line);
    for (const line of warningsOf(report)) this.log.warn(line);
    if (remedy !== null) this.log[report.can_serve ? 'warn' : 'error'](remedy);
  }

  private async forgetFailures(url: string): Promise<void> {
    for (const { name, finished } of await readHistory(this.database.pool)) {
      if (!finished) await forgetFailedMigration(url, name);
    }
  }
}
