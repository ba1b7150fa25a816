import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { DomainError } from '../platform/errors.js';
import { Metrics } from '../platform/metrics.js';
import { faultsOf, type SchemaReport, warningsOf } from '../platform/schema/report.js';
import { SchemaService } from '../platform/schema/schema.service.js';
import { Shutdown, shuttingDown } from '../platform/shutdown.js';

const RECHECK_NOT_READY_MS = 3_000;
const RECHECK_READY_MS = 60_000;
const RETRY_AFTER_S = 3;
const WARNINGS_SHOWN_MAX = 20;
const STARTING = 'the schema has not been compared with the database yet';

/**
 * Decides whether requests can be served: only on a database with everything that this release reads, writes and relies
 * on. The result is cached in memory, so that the check costs a request nothing.
 */
@Injectable()
export class ReadinessService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('readiness');
  /** Why requests cannot be served; empty if they can. */
  private reasons: readonly string[] = [STARTING];
  /** Differences that do not prevent service. */
  private warnings: readonly string[] = [];
  private checked_at_ms = 0;
  private running: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly schema: SchemaService,
    private readonly shutdown: Shutdown,
    metrics: Metrics,
  ) {
    metrics.gauge({ name: 'ready', help: '1 while the service is ready.' }, () => [
      { labels: {}, value: this.reasons.length === 0 && !shutdown.has_begun ? 1 : 0 },
    ]);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.check();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running; // the check still uses the database, which is closed next
  }

  /**
   * Admits a request, or starts a new check (at most every few seconds) for later ones.
   * @throws DomainError unavailable `not_ready`
   */
  assertReady(): void {
    if (this.reasons.length === 0) return;
    if (this.isStale() && !this.shutdown.has_begun) void this.check();
    throw this.refusal();
  }

  /**
   * Checks the database itself and returns warnings for operators.
   * @throws DomainError unavailable `not_ready` naming the differences, `shutting_down`, or the error of the database
   */
  async probe(): Promise<readonly string[]> {
    if (this.shutdown.has_begun) throw shuttingDown();
    await this.database.pool.query('SELECT 1');
    if (this.isStale()) await this.check();
    if (this.reasons.length > 0) throw this.refusal();
    return this.warnings.slice(0, WARNINGS_SHOWN_MAX);
  }

  private refusal(): DomainError {
    const detail = `The service is not ready: ${this.reasons.join('; ')}.`;
    return new DomainError('unavailable', 'not_ready', detail, { reasons: this.reasons, retry_after_s: RETRY_AFTER_S });
  }

  private isStale(): boolean {
    const age_ms = Date.now() - this.checked_at_ms;
    return age_ms > (this.reasons.length === 0 ? RECHECK_READY_MS : RECHECK_NOT_READY_MS);
  }

  /** Runs one check at a time, shared by all callers. */
  private check(): Promise<void> {
    this.running ??= this.compare().finally(() => {
      this.running = null;
      this.checked_at_ms = Date.now();
    });
    return this.running;
  }

  private async compare(): Promise<void> {
    const before = [this.reasons, this.warnings].join();
    let report: SchemaReport;
    try {
      report = await this.schema.check();
    } catch (error) {
      // an unreachable database fails each request by itself; the known schema stays valid
      if (this.reasons.length > 0) this.reasons = [reasonOf(error)];
      this.log.warn(error);
      return;
    }
    this.reasons = faultsOf(report);
    this.warnings = warningsOf(report);
    if (before === [this.reasons, this.warnings].join()) return;
    this.schema.explain(report);
    if (this.reasons.length === 0) this.log.log('ready: the database holds what this release needs');
  }
}

/** Returns our own sentences, which say what to do; hides other errors. */
function reasonOf(error: unknown): string {
  return error instanceof DomainError ? error.message.replace(/\.$/, '') : 'the database could not be examined';
}
