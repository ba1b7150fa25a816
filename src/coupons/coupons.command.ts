import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { Progress } from '../platform/cli/progress.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { csvOf } from '../platform/export/csv.js';
import {
  BulkBody,
  CouponBody,
  CouponDayView,
  CouponsQuery,
  CouponStatsView,
  CouponView,
  MessageView,
} from './coupons.dto.js';
import { couponsSheet } from './coupons.sheet.js';
import { CouponsService } from './coupons.service.js';

const CODE = { arguments: '<code>', argsDescription: { code: 'Coupon code, in upper or lower case' } };

const COLUMNS: readonly Column[] = [
  ['code', 'code'],
  ['type', 'coupon_type'],
  ['value', 'value'],
  ['used', 'used_count'],
  ['left', 'remaining_uses'],
  ['valid from', 'valid_from'],
  ['expires', 'expires_at'],
  ['active', 'is_active'],
  ['description', 'description'],
];

const DAY_COLUMNS: readonly Column[] = [
  ['day', 'date'],
  ['used', 'used_count'],
  ['credits', 'credits_awarded'],
];

/** `tollgate coupons create`. */
@SubCommand({ name: 'create', description: 'Create a coupon' })
export class CouponsCreateCommand extends DtoCommand<CouponBody> {
  protected readonly dto = CouponBody;
  protected override readonly shown = ['value'];
  protected override readonly flags = { coupon_type: '--type' };

  constructor(
    terminal: Terminal,
    private readonly coupons: CouponsService,
  ) {
    super(terminal);
  }

  protected override async execute(body: CouponBody): Promise<void> {
    this.show(CouponView, await this.coupons.create(cliActor(), body));
  }
}

/** `tollgate coupons bulk`: codes to stdout, progress to stderr. */
@SubCommand({ name: 'bulk', description: 'Create coupons with random codes and print the codes, one per line' })
export class CouponsBulkCommand extends DtoCommand<BulkBody> {
  protected readonly dto = BulkBody;
  protected override readonly shown = ['value'];
  protected override readonly flags = { coupon_type: '--type' };

  constructor(
    terminal: Terminal,
    private readonly coupons: CouponsService,
  ) {
    super(terminal);
  }

  protected override async execute(body: BulkBody): Promise<void> {
    const coupons = await this.make(body);
    if (this.command.getOptionValue('csv') === true) await this.printCsv(coupons);
    else if (this.terminal.isJson) this.list(CouponView, coupons, COLUMNS);
    else for (const { code } of coupons) this.terminal.print(code);
  }

  protected override addOptions(): void {
    super.addOptions();
    this.command.option('--csv', 'Print CSV with all terms');
  }

  private async printCsv(coupons: CouponView[]): Promise<void> {
    let text = '';
    for await (const lines of csvOf(couponsSheet(coupons))) text += lines;
    this.terminal.print(text.trimEnd());
  }

  private async make(body: BulkBody): Promise<CouponView[]> {
    const progress = new Progress(this.terminal, 'coupons');
    try {
      return await this.coupons.bulk(cliActor(), body, (done) => progress.update(done, body.count));
    } finally {
      progress.stop();
    }
  }
}

/** `tollgate coupons list`. */
@SubCommand({ name: 'list', description: 'List the coupons, newest first' })
export class CouponsListCommand extends DtoCommand<CouponsQuery> {
  protected readonly dto = CouponsQuery;

  constructor(
    terminal: Terminal,
    private readonly coupons: CouponsService,
  ) {
    super(terminal);
  }

  protected override async execute(query: CouponsQuery): Promise<void> {
    this.list(CouponView, await this.coupons.list(query), COLUMNS);
  }
}

/** `tollgate coupons show`. */
@SubCommand({ name: 'show', ...CODE, description: 'Show a coupon' })
export class CouponsShowCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly coupons: CouponsService,
  ) {
    super(terminal);
  }

  override async run([code = '']: string[]): Promise<void> {
    this.show(CouponView, await this.coupons.get(code));
  }
}

/** `tollgate coupons deactivate`. */
@SubCommand({
  name: 'deactivate',
  ...CODE,
  description: 'Deactivate a coupon permanently; earlier redemptions are unaffected',
})
export class CouponsDeactivateCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly coupons: CouponsService,
  ) {
    super(terminal);
  }

  override async run([code = '']: string[]): Promise<void> {
    this.show(MessageView, await this.coupons.deactivate(cliActor(), code));
  }
}

/** `tollgate coupons stats`. */
@SubCommand({
  name: 'stats',
  ...CODE,
  description: 'Show the redemptions and credits of a coupon, in total and by day',
})
export class CouponsStatsCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly coupons: CouponsService,
  ) {
    super(terminal);
  }

  override async run([code = '']: string[]): Promise<void> {
    const { by_day, ...coupon } = await this.coupons.stats(code);
    if (this.terminal.isJson) {
      this.show(CouponStatsView, { ...coupon, by_day });
      return;
    }
    this.show(CouponStatsView, coupon);
    if (by_day.length > 0) this.list(CouponDayView, by_day, DAY_COLUMNS);
  }
}

export const COUPONS_COMMANDS = [
  CouponsCreateCommand,
  CouponsBulkCommand,
  CouponsListCommand,
  CouponsShowCommand,
  CouponsDeactivateCommand,
  CouponsStatsCommand,
];

/** `tollgate coupons`. */
@Command({ name: 'coupons', description: 'Manage coupons', subCommands: COUPONS_COMMANDS })
export class CouponsCommand extends CommandGroup {}
