import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../platform/database.js';
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
 * Whether requests may be served: only on a database that holds what this code reads, writes and relies on. The answer is
 * kept in memory, so that asking it costs a request nothing.
 */
@Injectable()
export class ReadinessService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('readiness');
  /** What stands against serving; empty when nothing does. */
  private reasons: readonly string[] = [STARTING];
  /** What differs without standing against serving. */
  private warnings: readonly string[] = [];
  private checked_at_ms = 0;
  private running: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly schema: SchemaService,
    private readonly shutdown: Shutdown,
    metrics: Metrics,
  ) {
    metrics.gauge({ name: 'ready', help: '1 while requests are served.' }, () => [
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
   * Lets a request through, or starts a new check (at most one every few seconds) for those that follow.
   * @throws DomainError unavailable `not_ready`
   */
  assertReady(): void {
    if (this.reasons.length === 0) return;
    if (this.isStale() && !this.shutdown.has_begun) void this.check();
    throw this.refusal();
  }

  /**
   * Looks at the database itself. Returns what an operator should look at although requests are served.
   * @throws DomainError unavailable `not_ready` naming what differs, `shutting_down`, or whatever the database says
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

  /** One check at a time, however many ask. */
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
      // a database that is away says so to each request by itself; it does not make a known schema unknown
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

/** Sentences of ours say what to do. */
function reasonOf(error: unknown): string {
  return error instanceof DomainError ? error.message.replace(/\.$/, '') : 'the database could not be examined';
}
