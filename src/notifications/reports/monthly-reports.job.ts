import { Injectable, type OnModuleInit } from '@nestjs/common';
import { writeEvents } from '../../events/event-log.js';
import type { MonthlyReportEventObject } from '../../events/objects/report-object.js';
import type { MonthFacts } from '../../mail/notices/kinds.js';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { Database } from '../../platform/database/database.js';
import { amount, units } from '../../platform/values/amount.js';
import { DAY_MS, dayBounds } from '../../platform/values/calendar.js';
import { Teller } from '../telling/teller.js';
import { lastMonth, type Month, monthBefore } from './month.js';
import { type Candidate, MonthlyUsageRepository } from './monthly-usage.repository.js';

const KIND = 'monthly_report';
const PAGE = 500;
const TOP = 5;
/** Zones are at most so far from UTC. */
const ZONES_MS = 14 * 60 * 60 * 1000;
/** A report is not sent later than this after its month, if the service was down. */
const LATE_MS = 3 * DAY_MS;

/** Reports to each account what it used in a month, once, after the month has ended where the person lives. */
@Injectable()
export class MonthlyReportsJob implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly jobs: Jobs,
    private readonly usage: MonthlyUsageRepository,
    private readonly teller: Teller,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'monthly-reports', cron: '5 * * * *', run: (_data, run) => this.report(new Date(), run) });
  }

  /**
   * Writes the reports that are due at an instant. Safe to repeat and to run twice at once: the notification of a month
   * is unique.
   * @returns how many were written
   */
  async report(now: Date, { signal }: Pick<JobRun, 'signal'>): Promise<number> {
    let written = 0;
    const done = new Set<string>();
    for (const at of [now.getTime() + ZONES_MS, now.getTime() - ZONES_MS]) {
      const { name, period } = lastMonth(new Date(at), 'UTC');
      if (done.has(name) || now.getTime() - period.end.getTime() > LATE_MS) continue;
      done.add(name);
      written += await this.reportMonth(now, name, widened(period), signal);
    }
    return written;
  }

  private async reportMonth(now: Date, name: string, span: { start: Date; end: Date }, signal: AbortSignal) {
    let [written, after] = [0, ''];
    for (;;) {
      const page = await this.usage.candidates(span, causeOf(name), after, PAGE);
      for (const candidate of page) {
        signal.throwIfAborted();
        const month = lastMonth(now, candidate.timezone);
        if (month.name === name && (await this.tell(candidate, month, now))) written += 1;
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) return written;
      after = last.user_id;
    }
  }

  private async tell({ user_id, timezone }: Candidate, month: Month, at: Date): Promise<boolean> {
    const facts = await this.factsOf(user_id, timezone, month);
    if (facts === null) return false;
    const occasion = { user_id, cause: causeOf(month.name), at };
    return this.db.transaction(async (tx) => {
      const isNew = await this.teller.tell(tx, occasion, { kind: KIND, facts });
      if (isNew) await writeEvents(tx, [{ user_id, type: 'report.monthly', object: reportOf(facts) }]);
      return isNew;
    });
  }

  /** What an account used in a month; null if nothing. */
  private async factsOf(user_id: string, zone: string, month: Month): Promise<MonthFacts | null> {
    const [usage, before, days, top] = await Promise.all([
      this.usage.usage(user_id, month.period),
      this.usage.usage(user_id, monthBefore(month, zone).period),
      this.usage.spentBetween(user_id, dayBounds(month.first, month.days, zone)),
      this.usage.top(user_id, month.period, TOP),
    ]);
    if (usage.requests === 0 && Number(usage.spent) === 0) return null;
    return { month: month.name, ...usage, spent_before: before.spent, days, top };
  }
}

/** The event has no days: whoever wants more asks for a report of usage. */
const reportOf = ({ days: _days, top, ...report }: MonthFacts): MonthlyReportEventObject => ({
  ...report,
  spent: amount(units(report.spent)),
  spent_before: amount(units(report.spent_before)),
  top: top.map(({ name, spent }) => ({ name, spent: amount(units(spent)) })),
});

const causeOf = (month: string): string => `${KIND} ${month}`;

/** A month in UTC, and what belongs to it in other time zones. */
const widened = ({ start, end }: { start: Date; end: Date }) => ({
  start: new Date(start.getTime() - ZONES_MS),
  end: new Date(end.getTime() + ZONES_MS),
});
