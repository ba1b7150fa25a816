import { ApiProperty } from '@nestjs/swagger';
import { count, credits } from '../view-fields.js';

const money = (description: string) =>
  ({
    description: `${description} In \`currency\`.`,
    type: 'string',
    format: 'decimal',
    example: '45.000000',
  }) as const;
const time = (description: string) => ({ description, type: 'string', format: 'date-time' }) as const;

/** Payments received in a window. */
export class RevenueSumsView {
  @ApiProperty(count('Payments received.'))
  payments!: number;

  @ApiProperty(money('Money received, including tax.'))
  amount!: string;

  @ApiProperty(money('Part of these payments that was refunded since.'))
  refunded!: string;

  @ApiProperty(money('Part of these payments that is disputed or was lost in a dispute.'))
  disputed!: string;
}

/** Payments received in a currency. */
export class RevenueView {
  @ApiProperty({ description: 'Currency, ISO 4217.', type: 'string', example: 'usd' })
  currency!: string;

  @ApiProperty({ description: 'Today.', type: RevenueSumsView })
  today!: RevenueSumsView;

  @ApiProperty({ description: 'The last 7 days, including today.', type: RevenueSumsView })
  last_7_days!: RevenueSumsView;

  @ApiProperty({ description: 'The last 30 days, including today.', type: RevenueSumsView })
  last_30_days!: RevenueSumsView;
}

/** Credits of the whole platform in a window. */
export class CreditSumsView {
  @ApiProperty(credits('Credits sold: packages and top-ups.'))
  sold!: string;

  @ApiProperty(credits('Credits granted without a purchase: plans, trials, bonuses, coupons, referrals.'))
  granted!: string;

  @ApiProperty(credits('Credits given back by refunds.'))
  refunded!: string;

  @ApiProperty(credits('Credits spent, as the ledger says, including charges without a usage event.'))
  spent!: string;

  @ApiProperty(credits('Provider cost of all recorded work, in credits, by the day of the work.'))
  provider_cost!: string;

  @ApiProperty(credits('`spent` minus `provider_cost`.'))
  margin!: string;

  @ApiProperty({ description: 'Margin as a percentage of `spent`.', type: 'string', example: '9.09' })
  margin_percent!: string;

  @ApiProperty(count('Events.'))
  event_count!: number;
}

/** Credits of the whole platform. */
export class PlatformCreditsView {
  @ApiProperty({ description: 'Today.', type: CreditSumsView })
  today!: CreditSumsView;

  @ApiProperty({ description: 'The last 7 days, including today.', type: CreditSumsView })
  last_7_days!: CreditSumsView;

  @ApiProperty({ description: 'The last 30 days, including today.', type: CreditSumsView })
  last_30_days!: CreditSumsView;
}

/** A job with failed runs. */
export class FailingJobView {
  @ApiProperty({ description: 'Name of the job.', type: 'string', example: 'price-sync' })
  name!: string;

  @ApiProperty(count('Runs of the last week that used all attempts.'))
  failed!: number;

  @ApiProperty({ description: 'Error of the latest failed run; null if it has none.', type: 'string', nullable: true })
  error!: string | null;
}

/** The latest comparison with the provider. */
export class DriftView {
  @ApiProperty(time('When the figures were compared.'))
  compared_at!: Date;

  @ApiProperty({
    description: 'Reported usage minus booked cost of the day, USD.',
    type: 'string',
    format: 'decimal',
    example: '0.000000',
  })
  difference!: string;

  @ApiProperty({ description: 'Whether no difference exceeds one cent.', type: 'boolean' })
  agrees!: boolean;
}

/** A finding of the nightly examination. */
export class DoctorFindingView {
  @ApiProperty({ description: 'Risk or fault.', enum: ['warning', 'error'] })
  level!: 'warning' | 'error';

  @ApiProperty({ description: 'Name of the check.', type: 'string', example: 'ledger' })
  check!: string;

  @ApiProperty({ description: 'What was found.', type: 'string' })
  found!: string;

  @ApiProperty({ description: 'What to do about it.', type: 'string' })
  remedy!: string;
}

/** The latest nightly examination by the doctor. */
export class ExaminationView {
  @ApiProperty(time('When it ended.'))
  examined_at!: Date;

  @ApiProperty({ description: 'The worst finding.', enum: ['ok', 'warning', 'error'] })
  level!: 'ok' | 'warning' | 'error';

  @ApiProperty({ description: 'Whether every account agrees with its ledger.', type: 'boolean' })
  ledger_verified!: boolean;

  @ApiProperty({ description: 'Findings.', type: [DoctorFindingView] })
  findings!: DoctorFindingView[];
}

/** Grades of the platform's health. */
export const HEALTH_LEVELS = ['ok', 'warning', 'error'] as const;

/** The whole platform at a glance. */
export class PlatformOverviewView {
  @ApiProperty(time('Start of today, UTC.'))
  today!: Date;

  @ApiProperty({
    description:
      '`error`: the doctor found a fault, or the provider reports other costs; `warning`: the doctor found a risk, runs of jobs or payment events failed, or the roll-up is more than 5 minutes behind.',
    enum: HEALTH_LEVELS,
  })
  health!: (typeof HEALTH_LEVELS)[number];

  @ApiProperty({ description: 'Payments received, by currency. Windows are UTC days.', type: [RevenueView] })
  revenue!: RevenueView[];

  @ApiProperty({
    description: 'Credits sold, granted and spent, and what they cost. Windows are UTC days.',
    type: PlatformCreditsView,
  })
  credits!: PlatformCreditsView;

  @ApiProperty(count('Accounts in debt.'))
  accounts_in_debt!: number;

  @ApiProperty(credits('Total debt.'))
  debt!: string;

  @ApiProperty(count('Active holds.'))
  active_holds!: number;

  @ApiProperty(credits('Credits held by them.'))
  held!: string;

  @ApiProperty(count('Events with a provisional price.'))
  unrated_events!: number;

  @ApiProperty(count('Models of these events.'))
  unrated_models!: number;

  @ApiProperty(credits('Their provisional cost.'))
  provisional_cost!: string;

  @ApiProperty(count('Payments that an admin must accept or refuse.'))
  held_payments!: number;

  @ApiProperty(count('Disputes that are open.'))
  open_disputes!: number;

  @ApiProperty(count('Payment events that could not be applied and are not retried any more.'))
  failed_payment_events!: number;

  @ApiProperty(count('LiteLLM logs that could not be booked and are open.'))
  rejected_logs!: number;

  @ApiProperty({ description: 'Jobs with failed runs.', type: [FailingJobView] })
  failing_jobs!: FailingJobView[];

  @ApiProperty(count('Usage events that are not rolled up yet, counted up to 100000.'))
  rollup_events!: number;

  @ApiProperty({ description: 'Age of the oldest of them, seconds.', type: 'number', example: 1.5 })
  rollup_lag_s!: number;

  @ApiProperty({
    description: "Latest comparison with OpenRouter's figures; null if none is stored.",
    type: DriftView,
    nullable: true,
  })
  reconciliation!: DriftView | null;

  @ApiProperty({
    description: 'Latest examination by the doctor; null if none is stored.',
    type: ExaminationView,
    nullable: true,
  })
  doctor!: ExaminationView | null;
}
