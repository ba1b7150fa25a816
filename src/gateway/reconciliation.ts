import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { JobRun } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { OpenRouterClient } from '../openrouter/openrouter.client.js';
import { amount, units } from '../platform/amount.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { DomainError } from '../platform/errors.js';

const USD = { type: 'string' as const, format: 'decimal', example: '12.500000' };
/** Less than this is rounding, or calls that are not settled yet. */
const TOLERANCE = units('0.01');
/** Shortly before the provider begins its next day. */
const CRON = '55 23 * * *';
// ids begin with the milliseconds at which the event was recorded, and are indexed
const BOOKED = `
  WITH today AS MATERIALIZED (SELECT date_trunc('day', clock_timestamp()) AS since)
  SELECT to_char(since, 'YYYY-MM-DD') AS date,
    (SELECT COALESCE(sum(provider_cost), 0)::text FROM usage_events
     WHERE id >= (lpad(to_hex((extract(epoch FROM since) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
       AND created_at >= since AND source = 'gateway' AND metadata ->> 'key' IS NULL) AS booked,
    (SELECT count(*)::int FROM credit_holds
     WHERE lease_until IS NOT NULL AND metadata ->> 'key' IS NULL) AS open_calls
  FROM today`;

/** What was booked of calls with the platform's key, and what the provider says of it. */
export class ReconciliationView {
  /** Day of UTC. */
  @ApiProperty({ description: 'Day of UTC, until now.', type: 'string', format: 'date' })
  date!: string;

  /** Provider cost of the calls that were booked on that day. */
  @ApiProperty({ description: 'Provider cost of the calls that were booked, USD.', ...USD })
  booked!: string;

  /** What the provider says that the key used on that day. */
  @ApiProperty({ description: 'What the provider says that the key used, USD.', ...USD })
  provider!: string;

  /** What the provider says beyond what was booked. */
  @ApiProperty({ description: 'What the provider says beyond what was booked, USD.', ...USD })
  difference!: string;

  /** Calls that are not settled yet. */
  @ApiProperty({ description: 'Calls that are not settled yet.', type: 'integer' })
  open_calls!: number;

  /** Whether the difference is at most a cent. */
  @ApiProperty({ description: 'Whether the difference is at most a cent.', type: 'boolean' })
  agrees!: boolean;
}

interface BookedRow {
  date: string;
  booked: string;
  open_calls: number;
}

/** Compares what was booked with what the provider says, every day. Differences are reported, never booked. */
@Injectable()
export class Reconciliation implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly db: Database,
    private readonly client: OpenRouterClient,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'openrouter-reconciliation', cron: CRON, run: (_data, run) => this.report(run) });
  }

  /**
   * Compares the figures of the day so far.
   * @throws DomainError `no_openrouter_key`, `openrouter_key_refused`, `openrouter_unavailable`
   */
  async compare(): Promise<ReconciliationView> {
    const { api_key } = this.config.openrouter;
    if (api_key === null) throw new DomainError('invalid', 'no_openrouter_key', 'OPENROUTER_API_KEY is not set.');
    const info = await this.client.findKey(api_key);
    if (!info) throw new DomainError('invalid', 'openrouter_key_refused', 'OpenRouter refuses OPENROUTER_API_KEY.');
    const { rows } = await this.db.pool.query<BookedRow>(BOOKED);
    const { date, booked, open_calls } = rows[0] as BookedRow;
    const difference = info.used_today - units(booked);
    const agrees = difference <= TOLERANCE && difference >= -TOLERANCE;
    const provider = amount(info.used_today);
    return { date, booked: amount(units(booked)), provider, difference: amount(difference), open_calls, agrees };
  }

  private async report({ log }: JobRun): Promise<void> {
    if (this.config.openrouter.api_key === null) return;
    const { agrees, date, booked, provider, difference, open_calls } = await this.compare();
    const figures = `booked ${booked}, OpenRouter says ${provider}: ${difference} apart, ${open_calls} calls open`;
    if (!agrees) log.warn(`${date}: ${figures}`);
  }
}
