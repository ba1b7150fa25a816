import { Inject } from '@nestjs/common';
import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { isUuid } from '../platform/database/uuid.js';
import { NotFound } from '../platform/errors.js';
import {
  NewPortalSessionView,
  PortalSessionBody,
  PortalSessionsQuery,
  PortalSessionView,
} from './portal-sessions.dto.js';
import { PortalSessions } from './portal-sessions.service.js';

const COLUMNS: readonly Column[] = [
  ['id', 'id'],
  ['scopes', 'scopes'],
  ['created by', 'created_by'],
  ['created', 'created_at'],
  ['expires', 'expires_at'],
];

/** `tollgate portal create`. */
@SubCommand({ name: 'create', description: 'Create a link that signs a user in to the dashboard' })
export class PortalCreateCommand extends DtoCommand<PortalSessionBody> {
  protected readonly dto = PortalSessionBody;
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly sessions: PortalSessions,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(terminal);
  }

  protected override async execute(body: PortalSessionBody): Promise<void> {
    const origin = `http://localhost:${this.config.port}`;
    this.show(NewPortalSessionView, await this.sessions.create(cliActor(), body, origin));
  }
}

/** `tollgate portal list`. */
@SubCommand({ name: 'list', description: "List a user's portal sessions, newest first" })
export class PortalListCommand extends DtoCommand<PortalSessionsQuery> {
  protected readonly dto = PortalSessionsQuery;
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly sessions: PortalSessions,
  ) {
    super(terminal);
  }

  protected override async execute(query: PortalSessionsQuery): Promise<void> {
    this.list(PortalSessionView, await this.sessions.list(query), COLUMNS);
  }
}

/** `tollgate portal revoke`. */
@SubCommand({
  name: 'revoke',
  arguments: '<id>',
  argsDescription: { id: 'Id of the session' },
  description: 'End a portal session',
})
export class PortalRevokeCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly sessions: PortalSessions,
  ) {
    super(terminal);
  }

  override async run([id = '']: string[]): Promise<void> {
    if (!isUuid(id)) throw new NotFound('Portal session');
    await this.sessions.end(cliActor(), id.toLowerCase());
    if (this.terminal.isJson) this.terminal.printJson({ id, revoked: true });
    else this.terminal.print('The session has ended.');
  }
}

export const PORTAL_COMMANDS = [PortalCreateCommand, PortalListCommand, PortalRevokeCommand];

/** `tollgate portal`: links that sign users in to the dashboard. */
@Command({
  name: 'portal',
  description: 'Create, list and revoke links that sign users in to the dashboard',
  subCommands: PORTAL_COMMANDS,
})
export class PortalCommand extends CommandGroup {}
