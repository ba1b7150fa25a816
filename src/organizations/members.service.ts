import { Injectable } from '@nestjs/common';
import type { Account } from '../credits/accounts/account.js';
import { assertOpen } from '../credits/accounts/refusal.js';
import { BudgetsService } from '../credits/budgets/budgets.service.js';
import type { BudgetView } from '../credits/budgets/budgets.dto.js';
import { writeEvents } from '../events/event-log.js';
import type { OrganizationMemberRow } from '../generated/rows.js';
import { MembersRepository, type NewMember } from '../memberships/members.repository.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/database/database.js';
import { DomainError, InvalidInput, NotFound } from '../platform/errors.js';
import { amount, units } from '../platform/values/amount.js';
import { isOrganizationId } from '../platform/values/organization-id.js';
import { Departures } from './departures.js';
import { assertKeepsOwner, assertSeat, MONEY_ROLES } from './member-rules.js';
import { type Access, assertMayGive } from './organization-access.js';
import { GuardedChanges } from './guarded-changes.js';
import type { MemberBody, MemberChanges, MemberView } from './organizations.dto.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { Seats } from './seats.js';

/** A person who becomes a member. */
export type JoinOrder = Omit<MemberBody, 'user_id'> & { member_id: string };

/** The members of organizations. Every change is in the audit log of the organization. */
@Injectable()
export class MembersService {
  constructor(
    private readonly members: MembersRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly seats: Seats,
    private readonly budgets: BudgetsService,
    private readonly departures: Departures,
    private readonly changes: GuardedChanges,
  ) {}

  /** Returns the members with their limits, oldest first. Those who see only their own part get themselves. */
  async list(actor: Actor, id: string): Promise<MemberView[]> {
    const { is_own } = await this.changes.access.check(actor, id, 'members:read');
    const [rows, limits] = await Promise.all([this.members.ofOrganization(id), this.budgets.memberLimits(id)]);
    const shown = is_own ? rows.filter(({ member_id }) => member_id === actor.user_id) : rows;
    return shown.map((row) => viewOf(row, limits.get(row.member_id)));
  }

  /** @throws NotFound */
  async get(actor: Actor, id: string, member_id: string): Promise<MemberView> {
    const found = (await this.list(actor, id)).find(({ user_id }) => user_id === member_id);
    if (!found) throw new NotFound(`Member ${member_id}`);
    return found;
  }

  /**
   * Adds a person who has not been asked. Only admins of the platform can; owners and admins of an organization invite.
   * @throws NotFound; DomainError `forbidden`, `already_a_member`, `seat_limit_reached`
   */
  async add(actor: Actor, id: string, { user_id: member_id, ...body }: MemberBody): Promise<MemberView> {
    await this.changes.run(actor, id, 'members:manage', (tx, account, { role }) => {
      if (role !== null) throw onlyByInvitation();
      return this.join(tx, actor, account, { member_id, ...body });
    });
    this.forget(member_id);
    return this.get(actor, id, member_id);
  }

  /** Makes a person a member of the organization whose account is locked. @throws DomainError `already_a_member`, `seat_limit_reached`; InvalidInput */
  async join(tx: Tx, actor: Actor, account: Account, order: JoinOrder): Promise<void> {
    const { user_id, now } = account;
    const { member_id, role, burn_order = 'own_first', cost_center = null, allowed_models = [] } = order;
    if (isOrganizationId(member_id)) throw new InvalidInput([{ field: 'user_id', message: 'must be a person' }]);
    assertOpen(account.state);
    const organization = await this.organizations.get(user_id, tx);
    const before = await this.members.find(tx, user_id, member_id);
    if (before && before.status !== 'removed') throw alreadyMember(member_id);
    assertSeat(await this.seats.members(user_id, tx), await this.seats.of(organization));
    await this.assertCostCenter(tx, user_id, cost_center);
    const terms: NewMember = {
      user_id,
      member_id,
      role,
      burn_order,
      cost_center,
      allowed_models,
      status: 'active',
      created_by: actor.user_id,
      created_at: now,
      removed_at: null,
    };
    await this.members.put(tx, terms);
    await writeEvents(tx, [{ user_id, type: 'organization.member_added', object: terms }]);
    const limit = order.budget ?? organization.default_member_budget;
    const { timezone } = organization;
    await this.budgets.limitMember(tx, actor, account, { member_id, limit, timezone });
    await this.record(tx, actor, terms, 'organization.member_add', { role });
  }

  /**
   * Changes a member; what is left out stays. Members decide on their burn order themselves.
   * @throws NotFound; InvalidInput; DomainError `forbidden`, `last_owner`
   */
  async change(actor: Actor, id: string, member_id: string, body: MemberChanges): Promise<MemberView> {
    const { budget, ...changes } = withoutGaps(body);
    const isOwn = member_id === actor.user_id && Object.keys(body).every((name) => name === 'burn_order');
    const action = isOwn ? 'organization:read' : 'members:manage';
    await this.changes.run(actor, id, action, async (tx, account, access) => {
      const row = await this.memberOf(tx, id, member_id);
      assertMayChange(access, row, body, isOwn);
      assertKeepsOwner(await this.members.ofOrganization(id, tx), { ...row, ...changes });
      await this.assertCostCenter(tx, id, changes.cost_center ?? null);
      const changed = await this.members.change(tx, row, changes);
      const { role, status } = row;
      const event = { user_id: id, object: changed, previous: { role, status } };
      await writeEvents(tx, [{ ...event, type: 'organization.member_updated' }]);
      const { timezone } = access.organization;
      if (budget !== undefined)
        await this.budgets.limitMember(tx, actor, account, { member_id, limit: budget, timezone });
      await this.record(tx, actor, row, 'organization.member_update', { fields: Object.keys(body) });
    });
    this.forget(member_id);
    return this.get(actor, id, isOwn ? actor.user_id : member_id);
  }

  /**
   * Removes a member, or lets the caller leave. The keys of the member are paused in the same transaction.
   * @throws NotFound; DomainError `forbidden`, `last_owner`
   */
  async remove(actor: Actor, id: string, member_id: string): Promise<void> {
    const action = member_id === actor.user_id ? 'organization:read' : 'members:manage';
    const left = await this.changes.run(actor, id, action, async (tx, account, access) => {
      const row = await this.memberOf(tx, id, member_id);
      if (action === 'members:manage') assertMayGive(access, [row.role], MONEY_ROLES);
      assertKeepsOwner(await this.members.ofOrganization(id, tx), { ...row, status: 'removed' });
      const gone = await this.departures.of(tx, actor, row, account.now);
      const object = { ...row, status: 'removed' as const };
      await writeEvents(tx, [{ user_id: id, type: 'organization.member_removed', object }]);
      await this.budgets.limitMember(tx, actor, account, {
        member_id,
        limit: null,
        timezone: access.organization.timezone,
      });
      await this.record(tx, actor, row, 'organization.member_remove', { role: row.role });
      return gone;
    });
    this.departures.forget(left);
  }

  /** Makes this instance look up a person whose membership has changed. */
  forget(person: string): void {
    this.departures.forget({ persons: [person], keys: [] });
  }

  private async memberOf(tx: Tx, id: string, member_id: string): Promise<OrganizationMemberRow> {
    const row = await this.members.find(tx, id, member_id);
    if (!row || row.status === 'removed') throw new NotFound(`Member ${member_id}`);
    return row;
  }

  private async assertCostCenter(tx: Tx, user_id: string, code: string | null): Promise<void> {
    if (code === null || (await this.organizations.hasCostCenter(tx, user_id, code))) return;
    throw new InvalidInput([{ field: 'cost_center', message: 'must be a cost center of the organization' }]);
  }

  private record(
    tx: Tx,
    actor: Actor,
    { user_id, member_id: resource_id }: Pick<OrganizationMemberRow, 'user_id' | 'member_id'>,
    action: string,
    metadata: Record<string, unknown>,
  ): Promise<void> {
    return this.changes.record(tx, actor, {
      user_id,
      action,
      resource_type: 'organization_member',
      resource_id,
      metadata,
    });
  }
}

/** @throws DomainError `forbidden` for roles that the caller may not give or take, and for the burn order of somebody else */
function assertMayChange(access: Access, row: OrganizationMemberRow, body: MemberChanges, isOwn: boolean): void {
  if (isOwn) return;
  assertMayGive(access, [row.role, body.role ?? row.role], MONEY_ROLES);
  if (body.burn_order === undefined || access.role === null) return;
  throw new DomainError('forbidden', 'forbidden', 'Members decide on their burn order themselves.');
}

function viewOf(row: OrganizationMemberRow, limit: BudgetView | undefined): MemberView {
  const { user_id: organization_id, member_id: user_id, ...member } = row;
  const used = limit ? amount(units(limit.used) + units(limit.held)) : null;
  return {
    ...member,
    user_id,
    organization_id,
    budget: limit?.limit ?? null,
    budget_used: used,
    resets_at: limit?.resets_at ?? null,
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const withoutGaps = <T extends object>(given: T): Given<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given<T>;

const onlyByInvitation = (): DomainError =>
  new DomainError(
    'forbidden',
    'forbidden',
    'People join by an invitation, which they accept: POST /organizations/:id/invitations.',
  );

const alreadyMember = (member_id: string): DomainError =>
  new DomainError('conflict', 'already_a_member', `${member_id} is a member of the organization already.`);
