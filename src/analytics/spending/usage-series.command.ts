import { Injectable } from '@nestjs/common';
import { SubCommand } from 'nest-commander';
import { accountOf } from '../../platform/actor.js';
import { cliActor, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { toWire } from '../../platform/http/view.js';
import { UsageSeriesQuery } from './spending.dto.js';
import { SpendingService } from './spending.service.js';
import { UsageSeriesView } from './spending.views.js';

const COLUMNS: readonly Column[] = [
  ['group', 'group'],
  ['kind', 'kind'],
  ['credits', 'credits'],
  ['charges', 'charges'],
  ['events', 'event_count'],
  ['tokens', 'tokens_used'],
  ['cache savings', 'cache_savings'],
];

/** `tollgate usage series`: what an account spent, by service, model, API key, member or tag. */
@Injectable()
@SubCommand({
  name: 'series',
  arguments: '<user>',
  argsDescription: { user: "The account's user_id" },
  description: "Show an account's spending by provider, service, model, API key, member or tag",
})
export class UsageSeriesCommand extends DtoCommand<UsageSeriesQuery> {
  protected readonly dto = UsageSeriesQuery;
  protected override readonly argument = 'user_id';

  constructor(
    terminal: Terminal,
    private readonly spending: SpendingService,
  ) {
    super(terminal);
  }

  protected override async execute(query: UsageSeriesQuery): Promise<void> {
    const series = await this.spending.series(accountOf(cliActor(), query.user_id), query);
    if (this.terminal.isJson) this.terminal.printJson(toWire(UsageSeriesView, series));
    else
      this.terminal.printRows(
        COLUMNS,
        series.groups.map(({ total, ...group }) => ({ ...group, ...total })),
      );
  }
}
