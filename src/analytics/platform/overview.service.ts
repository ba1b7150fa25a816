import { Injectable } from '@nestjs/common';
import { RECONCILIATION } from '../../gateway/reconciliation/reconciliation.js';
import type { ReconciliationView } from '../../gateway/reconciliation/reconciliation.dto.js';
import { RunsService } from '../../jobs/runs.service.js';
import { RollupLagRepository } from '../../metering/rollup-lag.repository.js';
import { amount, units } from '../../platform/values/amount.js';
import { addDays, dayOf, startOfDay, UTC } from '../../platform/values/calendar.js';
import { booksOf } from '../../usage/rerating/what-if.js';
import { SpendingRepository, type SpendingTotals } from '../spending/spending.repository.js';
import { type CostRow, type GrantedRow, OverviewRepository, type RevenueRow } from './overview.repository.js';
import type { Window } from './overview.sql.js';
import type {
  CreditSumsView,
  ExaminationView,
  PlatformCreditsView,
  PlatformOverviewView,
  RevenueSumsView,
  RevenueView,
} from './overview.views.js';

const DOCTOR = 'doctor';
/** The check of the doctor that verifies the ledger. */
const LEDGER = 'ledger';
const READER = 'platform overview';
const ROLLUP_LAG_MAX_S = 300;
/** The first bucket of spending that belongs to each window; the buckets end where the next window starts. */
const FIRST_BUCKET: Record<Window, number> = { last_30_days: 0, last_7_days: 1, today: 2 };

/** Shows the whole platform at a glance. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly repository: OverviewRepository,
    private readonly spending: SpendingRepository,
    private readonly rollup: RollupLagRepository,
    private readonly runs: RunsService,
  ) {}

  /** Returns the figures of the platform. Windows are UTC days and include today. */
  async overview(): Promise<PlatformOverviewView> {
    const today = dayOf(new Date(), UTC);
    const start = (days: number): Date => startOfDay(addDays(today, days), UTC);
    const starts = [start(0), start(-6), start(-29)];
    const [revenue, granted, cost, spent, standing, lag, jobs, comparisons, examinations] = await Promise.all([
      this.repository.revenue(starts),
      this.repository.granted(starts),
      this.repository.cost(starts),
      this.spending.totals([start(-29), start(-6), start(0), start(1)]),
      this.repository.standing(),
      this.rollup.lag(READER),
      this.runs.schedules(),
      this.runs.results<ReconciliationView>(RECONCILIATION, 1),
      this.runs.results<Examination>(DOCTOR, 1),
    ]);
    const failing_jobs = jobs
      .filter(({ failed }) => failed > 0)
      .map(({ name, failed, error }) => ({ name, failed, error }));
    const doctor = examinationOf(examinations[0]);
    const reconciliation = comparisons[0]
      ? { ...comparisons[0].result, compared_at: comparisons[0].completed_at }
      : null;
    const shown = { ...standing, ...lag, failing_jobs, doctor, reconciliation };
    return {
      ...shown,
      today: start(0),
      health: healthOf(shown),
      revenue: revenue.map(revenueView),
      credits: creditsView(granted, cost, spent),
    };
  }
}

/** The stored result of the doctor's job; older releases stored no findings. */
type Examination = Pick<ExaminationView, 'level'> & { found?: ExaminationView['findings'] };

function examinationOf(latest: { completed_at: Date; result: Examination } | undefined): ExaminationView | null {
  if (!latest) return null;
  const { level, found = [] } = latest.result;
  const ledger_verified = !found.some((finding) => finding.check === LEDGER && finding.level === 'error');
  return { level, findings: found, examined_at: latest.completed_at, ledger_verified };
}

type Shown = Pick<
  PlatformOverviewView,
  'doctor' | 'reconciliation' | 'failing_jobs' | 'failed_payment_events' | 'rollup_lag_s'
>;

function healthOf({
  doctor,
  reconciliation,
  failing_jobs,
  failed_payment_events,
  rollup_lag_s,
}: Shown): PlatformOverviewView['health'] {
  if (doctor?.level === 'error' || reconciliation?.agrees === false) return 'error';
  const isLate = rollup_lag_s > ROLLUP_LAG_MAX_S;
  return doctor?.level === 'warning' || failing_jobs.length > 0 || failed_payment_events > 0 || isLate
    ? 'warning'
    : 'ok';
}

function revenueView({ currency, ...windows }: RevenueRow): RevenueView {
  const sums = (window: Window): RevenueSumsView => {
    const { payments, amount: received, refunded, disputed } = windows[window];
    const text = (value: string): string => amount(units(value));
    return { payments: Number(payments), amount: text(received), refunded: text(refunded), disputed: text(disputed) };
  };
  return { currency, today: sums('today'), last_7_days: sums('last_7_days'), last_30_days: sums('last_30_days') };
}

function creditsView(granted: GrantedRow, cost: CostRow, rows: readonly SpendingTotals[]): PlatformCreditsView {
  const sums = (window: Window): CreditSumsView => {
    const { sold, granted: given, refunded } = granted[window];
    const its = rows.filter(({ bucket }) => bucket >= FIRST_BUCKET[window]);
    const spent = its.reduce((sum, { credits }) => sum + units(credits), 0n);
    const event_count = its.reduce((sum, row) => sum + row.event_count, 0);
    const { provider_cost, margin, margin_percent } = booksOf(spent, units(cost[window].provider_cost));
    const text = (value: string): string => amount(units(value));
    return {
      sold: text(sold),
      granted: text(given),
      refunded: text(refunded),
      spent: amount(spent),
      provider_cost,
      margin,
      margin_percent,
      event_count,
    };
  };
  return { today: sums('today'), last_7_days: sums('last_7_days'), last_30_days: sums('last_30_days') };
}
