import { SubCommand } from 'nest-commander';
import { CliCommand, cliActor } from '../platform/cli/command.js';
import { addDtoOptions, readDto } from '../platform/cli/options.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { TierBody, TierChanges, TierView } from './tiers.dto.js';
import { TiersRepository } from './tiers.repository.js';
import { TiersService } from './tiers.service.js';

const COLUMNS: readonly Column[] = [
  ['tier', 'tier'],
  ['name', 'name'],
  ['price', 'price_monthly'],
  ['credits', 'credits_monthly'],
  ['cap', 'monthly_cap'],
  ['per 1k tokens', 'cost_per_1k_tokens'],
  ['rollover', 'rollover_max'],
  ['renews', 'renews'],
  ['free per day', 'free_calls_per_day'],
  ['models', 'allowed_models'],
  ['public', 'is_public'],
  ['rank', 'rank'],
];

/** `tollgate tiers list`. */
@SubCommand({ name: 'list', description: 'List the tiers, cheapest first' })
export class TiersListCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly tiers: TiersRepository,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    this.list(TierView, await this.tiers.list(), COLUMNS);
  }
}

/** `tollgate tiers set`: changes the given fields of a tier, or creates it. */
@SubCommand({
  name: 'set',
  arguments: '<tier>',
  argsDescription: { tier: 'Code of the tier' },
  description: 'Change a tier, or create it (requires name, price, credits, flat rate, renews and rank)',
})
export class TierSetCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly tiers: TiersRepository,
    private readonly service: TiersService,
  ) {
    super(terminal);
  }

  override async run([tier = '']: string[]): Promise<void> {
    const isKnown = (await this.tiers.find(tier)) !== null;
    this.show(TierView, await (isKnown ? this.change(tier) : this.create(tier)));
  }

  protected override addOptions(): void {
    addDtoOptions(this.command, TierChanges);
  }

  private async change(tier: string): Promise<object> {
    return this.service.update(cliActor(), tier, await readDto(this.command, TierChanges, {}, {}));
  }

  private async create(tier: string): Promise<object> {
    return this.service.create(cliActor(), await readDto(this.command, TierBody, { tier: null }, { tier }));
  }
}
