import { Command, SubCommand } from 'nest-commander';
import { isUuid } from '../../platform/database/uuid.js';
import type { Actor } from '../../platform/actor.js';
import { ChangeCommand, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { InvalidInput } from '../../platform/errors.js';
import type { Replayable } from '../../platform/replayable.js';
import { HoldsQuery, HoldView, NoBody } from './holds.dto.js';
import { HoldsService } from './holds.service.js';

const COLUMNS: readonly Column[] = [
  ['id', 'id'],
  ['user', 'user_id'],
  ['amount', 'amount'],
  ['service', 'service'],
  ['model', 'model'],
  ['status', 'status'],
  ['since', 'created_at'],
  ['expires', 'expires_at'],
];

/** `tollgate holds list`. */
@SubCommand({ name: 'list', description: 'List holds, newest first; by default the active ones' })
export class HoldsListCommand extends DtoCommand<HoldsQuery> {
  protected readonly dto = HoldsQuery;

  constructor(
    terminal: Terminal,
    private readonly holds: HoldsService,
  ) {
    super(terminal);
  }

  protected override async execute(query: HoldsQuery): Promise<void> {
    this.list(HoldView, await this.holds.list(query), COLUMNS);
  }
}

/** `tollgate holds release`. */
@SubCommand({
  name: 'release',
  arguments: '<hold>',
  argsDescription: { hold: 'Id of the hold' },
  description: 'Release a hold',
})
export class HoldsReleaseCommand extends ChangeCommand<NoBody> {
  protected readonly dto = NoBody;
  protected readonly view = HoldView;
  private id = '';

  constructor(
    terminal: Terminal,
    private readonly holds: HoldsService,
  ) {
    super(terminal);
  }

  override run([id, ...others]: string[]): Promise<void> {
    if (!isUuid(id)) throw new InvalidInput([{ field: 'hold', message: 'must be the id of a hold (a UUID)' }]);
    this.id = id.toLowerCase();
    return super.run(others);
  }

  protected override change(actor: Actor, _nothing: NoBody, key: string | undefined): Promise<Replayable<object>> {
    return this.holds.release(actor, this.id, key);
  }
}

export const HOLDS_COMMANDS = [HoldsListCommand, HoldsReleaseCommand];

/** `tollgate holds`. */
@Command({ name: 'holds', description: 'List holds and release them', subCommands: HOLDS_COMMANDS })
export class HoldsCommand extends CommandGroup {}
