import { Injectable } from '@nestjs/common';
import { Option, SubCommand } from 'nest-commander';
import { RollupVerification, type RollupReport } from '../../metering/rollup-verification.js';
import { UnratedRepository } from '../../metering/unrated.repository.js';
import { accountOf } from '../../platform/actor.js';
import { counted } from '../../platform/values/counted.js';
import { CliCommand, cliActor, DtoCommand } from '../../platform/cli/command.js';
import { EXIT } from '../../platform/cli/exit-codes.js';
import { Progress } from '../../platform/cli/progress.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { AccountQuery } from '../../credits/credits.dto.js';
import { DailyQuery, SpanQuery } from './reports.dto.js';
import { ReportsService } from './reports.service.js';
import { UnratedView } from '../rerating/unrated.views.js';
import { DailyUsageView, ModelUsageView, ServiceUsageView, UsageSummaryView } from './reports.views.js';

const USER = { arguments: '<user>', argsDescription: { user: "The account's user_id" } };
const SPAN_FLAGS = { start_date: '--from', end_date: '--to' };

const SERVICE_COLUMNS: readonly Column[] = [
  ['service', 'service'],
  ['events', 'event_count'],
  ['tokens', 'total_tokens'],
  ['cost', 'total_cost'],
  ['uncached cost', 'uncached_cost'],
  ['models', 'unique_models'],
  ['free events', 'free_events'],
];
const MODEL_COLUMNS: readonly Column[] = [
  ['service', 'service'],
  ['model', 'model'],
  ['events', 'event_count'],
  ['tokens', 'total_tokens'],
  ['cost', 'total_cost'],
  ['uncached cost', 'uncached_cost'],
  ['tokens each', 'avg_tokens'],
  ['free events', 'free_events'],
];
const UNRATED_COLUMNS: readonly Column[] = [
  ['service', 'service'],
  ['model', 'model'],
  ['events', 'event_count'],
  ['unmeasured', 'unmeasured_events'],
  ['first', 'first_seen'],
  ['last', 'last_seen'],
  ['provisional cost', 'total_cost'],
];
const FAULT_COLUMNS: readonly Column[] = [
  ['user', 'user_id'],
  ['day', 'day'],
  ['service', 'service'],
  ['model', 'model'],
  ['from events', 'expected'],
  ['rolled up', 'found'],
];

/** A command that reports on an account over a span. */
@Injectable()
abstract class SpanCommand extends DtoCommand<SpanQuery> {
  protected readonly dto = SpanQuery;
  protected override readonly argument = 'user_id';
  protected override readonly flags = SPAN_FLAGS;

  constructor(
    terminal: Terminal,
    protected readonly reports: ReportsService,
  ) {
    super(terminal);
  }
}

/** `tollgate usage summary`. */
@SubCommand({ name: 'summary', ...USER, description: "Show a summary of an account's usage" })
export class UsageSummaryCommand extends SpanCommand {
  protected override async execute(query: SpanQuery): Promise<void> {
    this.show(UsageSummaryView, await this.reports.summary(accountOf(cliActor(), query.user_id), query));
  }
}

/** `tollgate usage by-model`. */
@SubCommand({ name: 'by-model', ...USER, description: "Show an account's usage by model, most expensive first" })
export class UsageByModelCommand extends SpanCommand {
  protected override async execute(query: SpanQuery): Promise<void> {
    this.list(ModelUsageView, await this.reports.byModel(accountOf(cliActor(), query.user_id), query), MODEL_COLUMNS);
  }
}

/** `tollgate usage by-service`. */
@SubCommand({ name: 'by-service', ...USER, description: "Show an account's usage by service, most expensive first" })
export class UsageByServiceCommand extends SpanCommand {
  protected override async execute(query: SpanQuery): Promise<void> {
    this.list(
      ServiceUsageView,
      await this.reports.byService(accountOf(cliActor(), query.user_id), query),
      SERVICE_COLUMNS,
    );
  }
}

/** `tollgate usage daily`. */
@SubCommand({ name: 'daily', ...USER, description: "Show an account's usage on one day" })
export class UsageDailyCommand extends DtoCommand<DailyQuery> {
  protected readonly dto = DailyQuery;
  protected override readonly argument = 'user_id';

  constructor(
    terminal: Terminal,
    private readonly reports: ReportsService,
  ) {
    super(terminal);
  }

  protected override async execute({ user_id, tz, date }: DailyQuery): Promise<void> {
    this.show(DailyUsageView, await this.reports.daily(accountOf(cliActor(), user_id), tz, date));
  }
}

/** `tollgate usage unrated`. */
@SubCommand({
  name: 'unrated',
  arguments: '[user]',
  argsDescription: { user: "The account's user_id; all accounts by default" },
  description: 'Show usage without a final price, by service and model',
})
export class UsageUnratedCommand extends DtoCommand<AccountQuery> {
  protected readonly dto = AccountQuery;
  protected override readonly argument = 'user_id';

  constructor(
    terminal: Terminal,
    private readonly unrated: UnratedRepository,
  ) {
    super(terminal);
  }

  protected override async execute({ user_id }: AccountQuery): Promise<void> {
    this.list(UnratedView, await this.unrated.totals(user_id ?? null), UNRATED_COLUMNS);
  }
}

/** `tollgate usage verify`: exits with 0 if the roll-up agrees with the events, with 3 otherwise. */
@SubCommand({
  name: 'verify',
  description: 'Verify that the usage roll-up agrees with the events; otherwise list the differences and exit with 3',
})
export class UsageVerifyCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly verification: RollupVerification,
  ) {
    super(terminal);
  }

  @Option({ flags: '--rebuild', description: 'Rebuild the roll-up first' })
  parseRebuild(): boolean {
    return true;
  }

  override async run(_params: string[], { rebuild = false }: { rebuild?: boolean } = {}): Promise<void> {
    if (rebuild) await this.verification.rebuild();
    const report = await this.verify();
    if (!report.verified) this.terminal.exit_code = EXIT.drift;
    if (this.terminal.isJson) this.terminal.printJson(report);
    else this.printReport(report);
  }

  private async verify(): Promise<RollupReport> {
    const progress = new Progress(this.terminal, 'users');
    try {
      return await this.verification.verify((done, total) => progress.update(done, total));
    } finally {
      progress.stop();
    }
  }

  private printReport({ verified, users, fault_count, faults }: RollupReport): void {
    if (verified) {
      this.terminal.print(`Verified: the roll-ups of ${counted(users, 'user')} agree with events and ledger.`);
      return;
    }
    this.terminal.printRows(FAULT_COLUMNS, faults);
    const unlisted = fault_count - faults.length;
    const more = unlisted > 0 ? `, ${String(unlisted)} of them not listed` : '';
    this.terminal.print(
      `Not verified: ${counted(fault_count, 'difference')}${more}. Repair them with: tollgate usage verify --rebuild`,
    );
  }
}

/** The commands of `tollgate usage` that report and verify. */
export const REPORT_COMMANDS = [
  UsageSummaryCommand,
  UsageByModelCommand,
  UsageByServiceCommand,
  UsageDailyCommand,
  UsageUnratedCommand,
  UsageVerifyCommand,
];
