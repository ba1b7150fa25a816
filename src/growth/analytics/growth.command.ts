import { Command, SubCommand } from 'nest-commander';
import { CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { UtcDaysQuery } from '../../platform/http/utc-days.js';
import { GrowthView } from './growth.dto.js';
import { GrowthService } from './growth.service.js';

const GROUPS: readonly Column[] = [
  ['opened by', 'layer'],
  ['source', 'source'],
  ['result', 'result'],
  ['accounts', 'accounts'],
  ['verified', 'email_verified'],
  ['called', 'activated'],
  ['median s', 'first_call_median_s'],
  ['p90 s', 'first_call_p90_s'],
  ['paid', 'converted'],
  ['revenue', 'revenue'],
];

/** `tollgate growth show`. */
@SubCommand({ name: 'show', description: 'Show how accounts were opened and what became of them' })
export class GrowthShowCommand extends DtoCommand<UtcDaysQuery> {
  protected readonly dto = UtcDaysQuery;

  constructor(
    terminal: Terminal,
    private readonly growth: GrowthService,
  ) {
    super(terminal);
  }

  protected override async execute(query: UtcDaysQuery): Promise<void> {
    const growth = await this.growth.show(query);
    if (this.terminal.isJson) this.show(GrowthView, growth);
    else this.terminal.printRows(GROUPS, [{ ...growth.total, layer: 'all' }, ...growth.groups]);
  }
}

export const GROWTH_COMMANDS = [GrowthShowCommand];

/** `tollgate growth`. */
@Command({ name: 'growth', description: 'How accounts were opened', subCommands: GROWTH_COMMANDS })
export class GrowthCommand extends CommandGroup {}
