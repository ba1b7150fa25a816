import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Account } from '../credits/accounts/account.js';
import type { OrganizationMemberRow, OrganizationRow } from '../generated/rows.js';
import { MembersRepository } from '../memberships/members.repository.js';
import { type Membership, Memberships } from '../memberships/memberships.service.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/database/database.js';
import { type CursorFormat, invalidCursor, type Page, paginateBy } from '../platform/database/paging.js';
import { DomainError } from '../platform/errors.js';
import type { PageQuery } from '../platform/http/page.js';
import { canonicalEmail } from '../platform/values/email.js';
import { isOrganizationId, newOrganizationId } from '../platform/values/organization-id.js';
import { type Access, missingRole } from './organization-access.js';
import { GuardedChanges } from './guarded-changes.js';
import { Departures } from './departures.js';
import type { OrganizationBody, OrganizationChanges, OrganizationView } from './organizations.dto.js';
import { type OrganizationPosition, OrganizationsRepository } from './organizations.repository.js';
import { Seats } from './seats.js';

const ID_BYTES = 12;
/** Organizations that a person can own. */
const OWNED_MAX = 20;

/** Opens, changes and closes organizations. Every change is in the audit log of the organization. */
@Injectable()
export class OrganizationsService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly members: MembersRepository,
    private readonly memberships: Memberships,
    private readonly seats: Seats,
    private readonly changes: GuardedChanges,
    private readonly departures: Departures,
  ) {}

  /**
   * Opens an organization with an account of its own, which has no credits yet, and its first owner.
   * @throws DomainError `forbidden`, `too_many_organizations`
   */
  async create(actor: Actor, { owner_id, ...body }: OrganizationBody): Promise<OrganizationView> {
    const owner = owner_id ?? actor.user_id;
    if (owner !== actor.user_id && !actor.roles.includes('admin')) {
      throw new DomainError('forbidden', 'forbidden', 'Only the role admin can name another owner_id.');
    }
    const organization = await this.changes.locks.withLock(actor, owner, (_account, tx) =>
      this.openIn(tx, actor, owner, body),
    );
    this.memberships.forget(owner);
    return this.get(actor, organization.user_id);
  }

  /**
   * Opens an organization for a registered person, whose account is created with it in one transaction. Repeating it
   * returns the organization of that name that the person owns.
   * @returns its id
   */
  async register(actor: Actor, owner: string, body: OrganizationBody): Promise<string> {
    const id = await this.changes.locks.withLock(actor, owner, async (_account, tx) => {
      const known = await this.members.findOwned(tx, owner, body.name);
      return known ?? (await this.openIn(tx, actor, owner, body)).user_id;
    });
    this.memberships.forget(owner);
    return id;
  }

  /** Returns the organizations of the caller, or all for an admin. @throws InvalidInput for an invalid cursor */
  async list(actor: Actor, page: PageQuery): Promise<Page<OrganizationView>> {
    const own = await this.memberships.of(actor.user_id);
    const roles = new Map(own.map(({ user_id, role }) => [user_id, role]));
    const ids = actor.roles.includes('admin') ? undefined : [...roles.keys()];
    const found = await paginateBy(BY_ID, this.organizations, { ids }, page);
    const items = found.items.map((row) => this.viewOf({ organization: row, role: roles.get(row.user_id) ?? null }));
    return { ...found, items: await Promise.all(items) };
  }

  /** Returns the organizations that a person can act for, oldest membership first. */
  async namesOf(person: string): Promise<(Pick<Membership, 'role' | 'burn_order'> & { id: string; name: string })[]> {
    const memberships = await this.memberships.of(person);
    if (memberships.length === 0) return [];
    const ids = memberships.map(({ user_id }) => user_id);
    const rows = await this.organizations.list({ ids }, { take: ids.length, skip: 0, after: null });
    const names = new Map(rows.map(({ user_id, name }) => [user_id, name]));
    return memberships.map(({ user_id: id, role, burn_order }) => ({
      id,
      name: names.get(id) ?? id,
      role,
      burn_order,
    }));
  }

  /** @throws NotFound */
  async get(actor: Actor, id: string): Promise<OrganizationView> {
    return this.viewOf(await this.changes.access.check(actor, id, 'organization:read'));
  }

  /** Changes an organization; what is left out stays. Only admins of the platform change the seats. @throws NotFound; DomainError `forbidden` */
  async update(
    actor: Actor,
    id: string,
    { seats, billing_email, ...body }: OrganizationChanges,
  ): Promise<OrganizationView> {
    await this.changes.run(actor, id, 'organization:update', async (tx, _account, { role }) => {
      if (seats !== undefined && role !== null) {
        throw new DomainError(
          'forbidden',
          'forbidden',
          'The plan decides on the seats; only the role admin changes them.',
        );
      }
      const email = typeof billing_email === 'string' ? canonicalEmail(billing_email) : billing_email;
      const given = { ...body, seats, billing_email: email };
      const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      await this.organizations.change(tx, id, changes);
      await this.record(tx, actor, id, 'organization.update', { fields: Object.keys(changes) });
    });
    return this.get(actor, id);
  }

  /**
   * Closes an organization for good: nobody can act for it, its keys are paused and invitations revoked. Its ledger stays.
   * @throws NotFound; DomainError `forbidden`, `plan_is_paid` while a paid plan runs
   */
  async close(actor: Actor, id: string): Promise<void> {
    const left = await this.changes.run(actor, id, 'organization:close', async (tx, account) => {
      assertUnpaid(account);
      const gone = await this.departures.ofAll(tx, actor, id, account.now);
      await this.organizations.change(tx, id, { closed_at: account.now });
      Object.assign(account.state, { status: 'closed', status_reason: 'closed', status_changed_at: account.now });
      await this.changes.locks.save(tx, account);
      await this.record(tx, actor, id, 'organization.close');
      return gone;
    });
    this.departures.forget(left);
  }

  private async openIn(tx: Tx, actor: Actor, owner: string, body: OrganizationBody): Promise<OrganizationRow> {
    if (isOrganizationId(owner)) throw missingRole('owners:manage');
    if ((await this.members.countOwned(tx, owner)) >= OWNED_MAX) throw tooMany();
    const user_id = newOrganizationId(randomBytes(ID_BYTES).toString('hex'));
    const { now: created_at } = await this.changes.locks.openBare(tx, actor, user_id);
    const { name, timezone = 'UTC', default_member_budget = null } = body;
    const billing_email = typeof body.billing_email === 'string' ? canonicalEmail(body.billing_email) : null;
    const terms = { name, timezone, billing_email, default_member_budget };
    const organization = await this.organizations.create(tx, {
      user_id,
      ...terms,
      created_by: actor.user_id,
      created_at,
    });
    await this.members.put(tx, ownerOf(user_id, owner, actor, created_at));
    await this.record(tx, actor, user_id, 'organization.create', { name });
    return organization;
  }

  private async viewOf({ organization, role }: Pick<Access, 'organization' | 'role'>): Promise<OrganizationView> {
    const { user_id: id, ...row } = organization;
    const [seats, seats_taken] = await Promise.all([this.seats.of(organization), this.seats.taken(id)]);
    return { ...row, id, role, seats, seats_taken };
  }

  private record(tx: Tx, actor: Actor, user_id: string, action: string, metadata: Record<string, unknown> = {}) {
    return this.changes.record(tx, actor, {
      user_id,
      action,
      resource_type: 'organization',
      resource_id: user_id,
      metadata,
    });
  }
}

const ownerOf = (
  user_id: string,
  member_id: string,
  actor: Actor,
  created_at: Date,
): Omit<OrganizationMemberRow, 'changed_at'> => ({
  user_id,
  member_id,
  role: 'owner',
  status: 'active',
  burn_order: 'own_first',
  cost_center: null,
  allowed_models: [],
  created_by: actor.user_id,
  created_at,
  removed_at: null,
});

function assertUnpaid({ state, now }: Account): void {
  if (state.paid_until === null || state.paid_until <= now) return;
  const detail = 'A paid plan runs. Cancel it first, and close the organization when it has ended.';
  throw new DomainError('conflict', 'plan_is_paid', detail, { paid_until: state.paid_until });
}

const tooMany = (): DomainError =>
  new DomainError(
    'conflict',
    'too_many_organizations',
    `A person can own ${OWNED_MAX} organizations. Close one first.`,
  );

const BY_ID: CursorFormat<OrganizationPosition, OrganizationPosition> = {
  encode: ({ user_id }) => Buffer.from(user_id).toString('base64url'),
  decode: (cursor) => {
    const user_id = Buffer.from(cursor, 'base64url').toString('utf8');
    if (/^org_[0-9a-z]{1,64}$/.test(user_id) && Buffer.from(user_id).toString('base64url') === cursor)
      return { user_id };
    throw invalidCursor();
  },
};
