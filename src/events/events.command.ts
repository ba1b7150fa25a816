import { setTimeout as pause } from 'node:timers/promises';
import { SubCommand } from 'nest-commander';
import { cliActor, DtoCommand } from '../platform/cli/command.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { toWire } from '../platform/http/view.js';
import { EventLogQuery, EventView } from './events.dto.js';
import { EventsService } from './events.service.js';

const COLUMNS: readonly Column[] = [
  ['when', 'occurred_at'],
  ['user', 'user_id'],
  ['number', 'sequence'],
  ['type', 'type'],
  ['event', 'id'],
  ['details', 'data'],
];
const POLL_MS = 1_000;

/** `tollgate events list`. */
@SubCommand({ name: 'list', description: 'List events of the last 30 days, oldest first; --after continues' })
export class EventsListCommand extends DtoCommand<EventLogQuery> {
  protected readonly dto = EventLogQuery;
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly events: EventsService,
  ) {
    super(terminal);
  }

  protected override async execute(query: EventLogQuery): Promise<void> {
    this.list(EventView, await this.events.list(cliActor(), query), COLUMNS);
  }
}

/** `tollgate events tail`: one JSON document per line, until it is interrupted. */
@SubCommand({ name: 'tail', description: 'Print events as they happen, one JSON document per line, from --after on' })
export class EventsTailCommand extends DtoCommand<EventLogQuery> {
  protected readonly dto = EventLogQuery;
  protected override readonly flags = { user_id: '--user', limit: null };

  constructor(
    terminal: Terminal,
    private readonly events: EventsService,
  ) {
    super(terminal);
  }

  protected override async execute(query: EventLogQuery): Promise<void> {
    let after = query.after ?? (await this.events.latest());
    for (;;) {
      const events = await this.events.list(cliActor(), { ...query, after });
      for (const event of events) this.terminal.print(JSON.stringify(toWire(EventView, event)));
      after = events.at(-1)?.id ?? after;
      if (events.length < query.limit) await pause(POLL_MS);
    }
  }
}
