import { ApiProperty, IntersectionType, PickType } from '@nestjs/swagger';
import { Command, SubCommand } from 'nest-commander';
import { cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { PageQuery } from '../platform/http/page.js';
import { IsText } from '../platform/values/wire-decorators.js';
import { MembersService } from './members.service.js';
import { MemberBody, MemberView, OrganizationBody, OrganizationView } from './organizations.dto.js';
import { OrganizationsService } from './organizations.service.js';
import { TransferBody, TransferView } from './transfers/transfers.dto.js';
import { TransfersService } from './transfers/transfers.service.js';

const ORGANIZATIONS: readonly Column[] = [
  ['id', 'id'],
  ['name', 'name'],
  ['seats', 'seats'],
  ['taken', 'seats_taken'],
  ['billing', 'billing_email'],
  ['created', 'created_at'],
];
const MEMBERS: readonly Column[] = [
  ['user', 'user_id'],
  ['role', 'role'],
  ['status', 'status'],
  ['pays', 'burn_order'],
  ['limit', 'budget'],
  ['used', 'budget_used'],
  ['cost center', 'cost_center'],
];
const ORGANIZATION = { arguments: '<organization>', argsDescription: { organization: 'Id of the organization' } };

class Named {
  @ApiProperty({ description: 'Id of the organization' })
  @IsText({ min_length: 1 })
  organization!: string;
}

class MemberOrder extends IntersectionType(Named, MemberBody) {}
class DepartureOrder extends IntersectionType(Named, PickType(MemberBody, ['user_id'] as const)) {}

/** `tollgate organizations list`. */
@SubCommand({ name: 'list', description: 'List organizations by id' })
export class OrganizationsListCommand extends DtoCommand<PageQuery> {
  protected readonly dto = PageQuery;

  constructor(
    terminal: Terminal,
    private readonly organizations: OrganizationsService,
  ) {
    super(terminal);
  }

  protected override async execute(query: PageQuery): Promise<void> {
    this.list(OrganizationView, await this.organizations.list(cliActor(), query), ORGANIZATIONS);
  }
}

/** `tollgate organizations create`. */
@SubCommand({ name: 'create', description: 'Open an organization for a person, who becomes its owner' })
export class OrganizationsCreateCommand extends DtoCommand<OrganizationBody> {
  protected readonly dto = OrganizationBody;
  protected override readonly flags = { owner_id: '--owner' };

  constructor(
    terminal: Terminal,
    private readonly organizations: OrganizationsService,
  ) {
    super(terminal);
  }

  protected override async execute(body: OrganizationBody): Promise<void> {
    this.show(OrganizationView, await this.organizations.create(cliActor(), body));
  }
}

/** `tollgate organizations members`. */
@SubCommand({ name: 'members', ...ORGANIZATION, description: 'List the members with their limits' })
export class OrganizationsMembersCommand extends DtoCommand<Named> {
  protected readonly dto = Named;
  protected override readonly argument = 'organization';

  constructor(
    terminal: Terminal,
    private readonly members: MembersService,
  ) {
    super(terminal);
  }

  protected override async execute({ organization }: Named): Promise<void> {
    const items = await this.members.list(cliActor(), organization);
    this.list(MemberView, { items, next_cursor: null, total: null }, MEMBERS);
  }
}

/** `tollgate organizations add`. */
@SubCommand({ name: 'add', ...ORGANIZATION, description: 'Add a member without an invitation' })
export class OrganizationsAddCommand extends DtoCommand<MemberOrder> {
  protected readonly dto = MemberOrder;
  protected override readonly argument = 'organization';
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly members: MembersService,
  ) {
    super(terminal);
  }

  protected override async execute({ organization, ...body }: MemberOrder): Promise<void> {
    this.show(MemberView, await this.members.add(cliActor(), organization, body));
  }
}

/** `tollgate organizations remove`. */
@SubCommand({
  name: 'remove',
  ...ORGANIZATION,
  description: 'Remove a member; its keys for the organization are paused',
})
export class OrganizationsRemoveCommand extends DtoCommand<DepartureOrder> {
  protected readonly dto = DepartureOrder;
  protected override readonly argument = 'organization';
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly members: MembersService,
  ) {
    super(terminal);
  }

  protected override async execute({ organization, user_id }: DepartureOrder): Promise<void> {
    await this.members.remove(cliActor(), organization, user_id);
    if (this.terminal.isJson) this.terminal.printJson({ user_id, removed: true });
    else this.terminal.print('The member is removed.');
  }
}

/** `tollgate organizations transfer`. */
@SubCommand({ name: 'transfer', description: 'Move credits from one account to another' })
export class OrganizationsTransferCommand extends DtoCommand<TransferBody> {
  protected readonly dto = TransferBody;

  constructor(
    terminal: Terminal,
    private readonly transfers: TransfersService,
  ) {
    super(terminal);
  }

  protected override async execute(body: TransferBody): Promise<void> {
    this.show(TransferView, (await this.transfers.transfer(cliActor(), body, undefined)).result);
  }
}

export const ORGANIZATIONS_COMMANDS = [
  OrganizationsListCommand,
  OrganizationsCreateCommand,
  OrganizationsMembersCommand,
  OrganizationsAddCommand,
  OrganizationsRemoveCommand,
  OrganizationsTransferCommand,
];

/** `tollgate organizations`. */
@Command({
  name: 'organizations',
  description: 'Open organizations, manage members, transfer credits',
  subCommands: ORGANIZATIONS_COMMANDS,
})
export class OrganizationsCommand extends CommandGroup {}
