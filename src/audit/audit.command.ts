import { Command, SubCommand } from 'nest-commander';
import { CommandGroup, DtoCommand } from '../platform/cli/command.js';
import type { Column } from '../platform/cli/terminal.js';
import { Terminal } from '../platform/cli/terminal.js';
import { AuditQuery, AuditView } from './audit.dto.js';
import { AuditService } from './audit.service.js';

const COLUMNS: readonly Column[] = [
  ['when', 'created_at'],
  ['user', 'user_id'],
  ['action', 'action'],
  ['result', 'result'],
  ['actor', 'actor'],
  ['details', 'metadata'],
];

/** `tollgate audit list`. */
@SubCommand({ name: 'list', description: 'List the audit log, newest first' })
export class AuditListCommand extends DtoCommand<AuditQuery> {
  protected readonly dto = AuditQuery;
  protected override readonly flags = { user_id: '--user', date_from: '--from', date_to: '--to' };

  constructor(
    terminal: Terminal,
    private readonly audit: AuditService,
  ) {
    super(terminal);
  }

  protected override async execute(query: AuditQuery): Promise<void> {
    this.list(AuditView, await this.audit.list(query), COLUMNS);
  }
}

/** `tollgate audit`. */
@Command({ name: 'audit', description: 'Read the audit log', subCommands: [AuditListCommand] })
export class AuditCommand extends CommandGroup {}
