import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { OpenRouterClient } from '../../openrouter/openrouter.client.js';
import { amount, type Units, units } from '../../platform/values/amount.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DomainError } from '../../platform/errors.js';
import type { ReconciliationView } from './reconciliation.dto.js';
import { type Reading, ReconciliationRepository } from './reconciliation.repository.js';

/** Name of the daily job. */
export const RECONCILIATION = 'openrouter-reconciliation';

/** Smaller differences come from rounding, or from calls that are not settled yet. */
const TOLERANCE = units('0.01');
/** Shortly before the provider's day ends. */
const CRON = '55 23 * * *';
const NO_KEY = 'OPENROUTER_MANAGEMENT_KEY is not set.';
const NO_READING = 'There is no earlier reading; the comparison starts with the next daily one.';

type OfTheAccount = Pick<
  ReconciliationView,
  'account_since' | 'account_booked' | 'account_provider' | 'account_difference' | 'account_note'
>;

/** Compares the booked provider costs with OpenRouter's figures every day. Differences are reported, never booked. */
@Injectable()
export class Reconciliation implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly books: ReconciliationRepository,
    private readonly client: OpenRouterClient,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: RECONCILIATION, cron: CRON, run: (_data, run) => this.report(run) });
  }

  /**
   * Compares the day so far, and the account since the last reading of the daily job.
   * @throws DomainError `no_openrouter_key`, `openrouter_key_refused`, `openrouter_unavailable`
   */
  async compare(): Promise<ReconciliationView> {
    return (await this.compared()).view;
  }

  private async compared(): Promise<{ view: ReconciliationView; reading: Reading | null }> {
    const { api_key } = this.config.openrouter;
    if (api_key === null) throw new DomainError('invalid', 'no_openrouter_key', 'OPENROUTER_API_KEY is not set.');
    const { now, today } = await this.books.now();
    const info = await this.client.findKey(api_key);
    if (!info) throw keyRefused('OPENROUTER_API_KEY');
    const { cost, open_calls } = await this.books.bookedSince(today);
    const reading = await this.read(now);
    const account = await this.accountSince(await this.books.lastReading(), reading);
    const difference = info.used_today - cost;
    const view = {
      date: today.toISOString().slice(0, 10),
      booked: amount(cost),
      provider: amount(info.used_today),
      difference: amount(difference),
      ...account,
      open_calls,
      agrees: isSmall(difference) && isSmall(units(account.account_difference ?? '0')),
    };
    return { view, reading };
  }

  /** Reads the account's total usage; null without a management key. */
  private async read(read_at: Date): Promise<Reading | null> {
    const { management_key } = this.config.openrouter;
    if (management_key === null) return null;
    const total_usage = await this.client.findUsage(management_key);
    if (total_usage === null) throw keyRefused('OPENROUTER_MANAGEMENT_KEY');
    return { total_usage, read_at };
  }

  private async accountSince(last: Reading | null, reading: Reading | null): Promise<OfTheAccount> {
    if (!last || !reading) {
      const none = { account_since: null, account_booked: null, account_provider: null, account_difference: null };
      return { ...none, account_note: reading ? NO_READING : NO_KEY };
    }
    const { cost } = await this.books.bookedSince(last.read_at);
    const used = reading.total_usage - last.total_usage;
    const figures = { account_booked: amount(cost), account_provider: amount(used) };
    return { account_since: last.read_at, ...figures, account_difference: amount(used - cost), account_note: null };
  }

  private async report({ log }: JobRun): Promise<ReconciliationView | undefined> {
    if (this.config.openrouter.api_key === null) return undefined;
    const { view, reading } = await this.compared();
    if (reading) await this.books.addReading(reading);
    if (!view.agrees) log.warn(sentenceOf(view));
    return view;
  }
}

function sentenceOf(view: ReconciliationView): string {
  const { date, booked, provider, difference, open_calls, account_since, account_difference } = view;
  const ofTheAccount =
    account_since === null ? '' : `; for the account ${account_difference} since ${account_since.toISOString()}`;
  const ofTheKey = `booked ${booked}, OpenRouter reports ${provider}: a difference of ${difference}`;
  return `${date}: ${ofTheKey}${ofTheAccount}; ${open_calls} open calls`;
}

const isSmall = (difference: Units): boolean => difference <= TOLERANCE && difference >= -TOLERANCE;

const keyRefused = (name: string): DomainError =>
  new DomainError('invalid', 'openrouter_key_refused', `OpenRouter refuses ${name}.`);
