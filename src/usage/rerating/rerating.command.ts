import { SubCommand } from 'nest-commander';
import { cliActor, DtoCommand } from '../../platform/cli/command.js';
import { Progress } from '../../platform/cli/progress.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { toWire } from '../../platform/http/view.js';
import { ReratedModelView, ReratingOrder, ReratingView } from './rerating.dto.js';
import { ReratingService } from './rerating.service.js';
import { ShortAccountView, WhatIfBody, WhatIfView } from './what-if.dto.js';
import { WhatIfService } from './what-if.service.js';

const RERATED: readonly Column[] = [
  ['service', 'service'],
  ['model', 'model'],
  ['events', 'events'],
  ['accounts', 'accounts'],
  ['before', 'before'],
  ['after', 'after'],
  ['booked', 'booked'],
];

const BOOKS: readonly Column[] = [
  ['', 'name'],
  ['revenue', 'revenue'],
  ['provider cost', 'provider_cost'],
  ['margin', 'margin'],
  ['margin %', 'margin_percent'],
];

const SHORT_ACCOUNTS: readonly Column[] = [
  ['would run dry', 'user_id'],
  ['balance', 'balance'],
  ['charged', 'charged'],
  ['would be charged', 'would_be_charged'],
  ['missing', 'missing'],
];

/** `tollgate prices rerate`. */
@SubCommand({
  name: 'rerate',
  description: 'Re-rate provisionally priced usage and correct its charges',
})
export class PricesRerateCommand extends DtoCommand<ReratingOrder> {
  protected readonly dto = ReratingOrder;
  protected override readonly flags = { preview: null };

  constructor(
    terminal: Terminal,
    private readonly rerating: ReratingService,
  ) {
    super(terminal);
  }

  protected override async execute(): Promise<void> {
    const preview = this.command.getOptionValue('preview') === true;
    const progress = new Progress(this.terminal, 'events');
    const run = { actor: cliActor(), preview, progress: (done: number, all: number) => progress.update(done, all) };
    const report = await this.rerating.rerate(run).finally(() => progress.stop());
    if (this.terminal.isJson) this.terminal.printJson(toWire(ReratingView, report));
    else this.printReport(report);
  }

  protected override addOptions(): void {
    super.addOptions();
    this.command.option('--preview', 'Only show what would change');
  }

  private printReport({ preview, events, unrated, booked, models }: ReratingView): void {
    this.terminal.printRows(
      RERATED,
      models.map((model) => toWire(ReratedModelView, model)),
    );
    const [done, books] = preview ? ['would be re-rated', 'would be booked'] : ['re-rated', 'booked'];
    this.terminal.print(`${events} events ${done}; ${booked} credits ${books}.`);
    if (unrated > 0) this.terminal.print(`${unrated} events still have no price. Set one: tollgate prices set`);
  }
}

/** `tollgate prices preview`. */
@SubCommand({
  name: 'preview',
  description: 'Preview past usage under another markup: revenue, margin, accounts that would run dry',
})
export class PricesPreviewCommand extends DtoCommand<WhatIfBody> {
  protected readonly dto = WhatIfBody;

  constructor(
    terminal: Terminal,
    private readonly whatIf: WhatIfService,
  ) {
    super(terminal);
  }

  protected override async execute(body: WhatIfBody): Promise<void> {
    const progress = new Progress(this.terminal, 'accounts');
    const report = await this.whatIf
      .replay(body, (done, total) => progress.update(done, total))
      .finally(() => progress.stop());
    if (this.terminal.isJson) this.terminal.printJson(toWire(WhatIfView, report));
    else this.printReport(report);
  }

  private printReport({ days, events, accounts, now, then, difference, accounts_run_dry, run_dry }: WhatIfView): void {
    this.terminal.printRows(BOOKS, [
      { name: `last ${days} days`, ...now },
      { name: 'with that markup', ...then },
    ]);
    this.terminal.print(`${events} charged events of ${accounts} accounts: ${difference} credits more.`);
    if (accounts_run_dry === 0) this.terminal.print('No account would run dry.');
    else {
      this.terminal.printRows(
        SHORT_ACCOUNTS,
        run_dry.map((account) => toWire(ShortAccountView, account)),
      );
      this.terminal.print(`${accounts_run_dry} accounts would run dry.`);
    }
  }
}

export const RERATING_COMMANDS = [PricesRerateCommand, PricesPreviewCommand];
