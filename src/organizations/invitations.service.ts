import { Injectable, Logger } from '@nestjs/common';
import type { OrganizationInvitationRow, OrganizationRow } from '../generated/rows.js';
import { type Actor, type Caller, systemActor } from '../platform/actor.js';
import type { Tx } from '../platform/database/database.js';
import { mapPage, type Page, paginate } from '../platform/database/paging.js';
import { rowId } from '../platform/database/row-id.js';
import { DomainError, InvalidInput, NotFound } from '../platform/errors.js';
import type { PageQuery } from '../platform/http/page.js';
import { IdTokens } from '../platform/secrets/id-token.js';
import { DAY_MS } from '../platform/values/calendar.js';
import { canonicalEmail } from '../platform/values/email.js';
import { InvitationLinks } from './invitation-links.js';
import { InvitationsRepository } from './invitations.repository.js';
import { assertAcceptable, stateOf } from './invitation-rules.js';
import { assertSeat, MONEY_ROLES } from './member-rules.js';
import { MembersService } from './members.service.js';
import { type Access, assertMayGive } from './organization-access.js';
import { GuardedChanges } from './guarded-changes.js';
import type {
  AcceptInvitationBody,
  InvitationBody,
  InvitationOfferView,
  InvitationView,
  MemberView,
  NewInvitationView,
} from './organizations.dto.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { Seats } from './seats.js';

/** Who sends an invitation to which organization. */
interface Sending {
  actor: Actor;
  /** The origin that the request was sent to. */
  origin: string;
  organization: OrganizationRow;
}

const TOKENS = new IdTokens('tg_invite_');
const DAYS_DEFAULT = 7;
const DAYS_MAX = 90;

/**
 * Invitations to organizations: accepted once, by link, or by the first sign-in with the invited address if the identity
 * provider has verified it.
 */
@Injectable()
export class InvitationsService {
  private readonly log = new Logger('organizations');

  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly members: MembersService,
    private readonly seats: Seats,
    private readonly changes: GuardedChanges,
    private readonly links: InvitationLinks,
  ) {}

  /** Returns a page of invitations, newest first. @throws NotFound; InvalidInput for an invalid cursor */
  async list(actor: Actor, id: string, page: PageQuery): Promise<Page<InvitationView>> {
    await this.changes.access.check(actor, id, 'invitations:manage');
    return mapPage(await paginate(this.invitations, { user_id: id }, page), viewOf);
  }

  /**
   * Invites an address, by a mail with a link; the answer has the link, too. An earlier invitation of the address ends.
   * @param origin the origin that the request was sent to; used only outside production and without PUBLIC_URL
   * @throws NotFound; InvalidInput; DomainError `forbidden`, `seat_limit_reached`, unavailable `public_url_not_configured`
   */
  async create(actor: Actor, id: string, body: InvitationBody, origin: string): Promise<NewInvitationView> {
    const email = canonicalEmail(body.email);
    return this.changes.run(actor, id, 'invitations:manage', async (tx, { now: created_at }, access) => {
      assertMayGive(access, [body.role], MONEY_ROLES);
      await this.invitations.revokeFor(tx, id, email, created_at);
      assertSeat(await this.seats.taken(id, tx), await this.seats.of(access.organization));
      await this.assertCostCenter(tx, id, body.cost_center);
      const { role, budget = null, cost_center = null } = body;
      const row = { id: rowId(id, created_at), user_id: id, email, role, budget, cost_center };
      const expires_at = expiryOf(body.expires_at, created_at);
      return this.send(tx, { actor, origin, organization: access.organization }, row.id, async (token_hash) => {
        const stored = { ...row, token_hash, expires_at, created_by: actor.user_id, created_at };
        const created = await this.invitations.create(tx, stored);
        await this.record(tx, actor, created, 'organization.invite');
        return created;
      });
    });
  }

  /** Sends an open invitation again, with a new link; the earlier link ends. @throws NotFound; DomainError `invitation_used`, `forbidden` */
  async resend(actor: Actor, id: string, invitation_id: string, origin: string): Promise<NewInvitationView> {
    return this.changed(actor, id, invitation_id, (tx, row, now, { organization }) =>
      this.send(tx, { actor, origin, organization }, row.id, async (token_hash) => {
        if (row.expires_at <= now) assertSeat(await this.seats.taken(id, tx), await this.seats.of(organization));
        const length_ms = row.expires_at.getTime() - row.created_at.getTime();
        const expires_at = new Date(Math.max(row.expires_at.getTime(), now.getTime() + length_ms));
        const sent = await this.invitations.change(tx, row, { token_hash, expires_at });
        await this.record(tx, actor, sent, 'organization.invite_again');
        return sent;
      }),
    );
  }

  /** Revokes an open invitation; its link ends. @throws NotFound; DomainError `invitation_used`, `forbidden` */
  async revoke(actor: Actor, id: string, invitation_id: string): Promise<void> {
    await this.changed(actor, id, invitation_id, async (tx, row, now) => {
      await this.invitations.change(tx, row, { revoked_at: now });
      await this.record(tx, actor, row, 'organization.invite_revoke');
    });
  }

  /** Returns what an invitation offers. @throws NotFound for a link that does not exist or has been replaced */
  async offer(token: string): Promise<InvitationOfferView> {
    const row = await this.byToken(token);
    const { name: organization } = await this.organizations.get(row.user_id);
    return { ...row, organization, state: stateOf(row, new Date()) };
  }

  /**
   * Accepts an invitation by its link. Whoever has the link can, unless the identity provider has verified another address
   * of the caller. The caller can repeat it.
   * @throws NotFound; DomainError conflict `invitation_used` or `invitation_expired`, forbidden
   *   `invitation_for_another_address`, `seat_limit_reached`
   */
  async accept(actor: Actor, { token, burn_order }: AcceptInvitationBody): Promise<MemberView> {
    const { id, user_id } = await this.byToken(token);
    const row = await this.take(actor, { id, user_id }, burn_order, (now) => TOKENS.matches(token, now.token_hash));
    return this.members.get({ ...actor, account: undefined }, row.user_id, actor.user_id);
  }

  /** Accepts the open invitations of the address that the identity provider has verified. */
  async acceptBySignIn({ user_id: person, roles, sign_in }: Caller): Promise<void> {
    const email = verifiedEmailOf({ sign_in });
    if (email === null || !roles.includes('user')) return;
    for (const row of await this.invitations.openFor(email)) {
      if (stateOf(row, new Date()) !== 'open') continue;
      const actor: Actor = { ...systemActor(person), roles: ['user'], ...(sign_in && { sign_in }) };
      await this.take(actor, row, undefined, () => true).catch((error: unknown) => {
        if (!(error instanceof DomainError)) throw error;
        this.log.log(`an invitation was not accepted by the sign-in with its address: ${error.code}`);
      });
    }
  }

  /** Accepts an invitation under the lock of the organization's account, so that one person at most does. */
  private async take(
    actor: Actor,
    { id, user_id }: Pick<OrganizationInvitationRow, 'id' | 'user_id'>,
    burn_order: AcceptInvitationBody['burn_order'],
    isStill: (row: OrganizationInvitationRow) => boolean,
  ): Promise<OrganizationInvitationRow> {
    const person = actor.user_id;
    const taken = await this.changes.locks.withLock(actor, user_id, async (account, tx) => {
      const row = await this.invitations.find(id, tx);
      if (!row || !isStill(row)) throw unknown();
      if (row.accepted_by === person) return row;
      assertAcceptable(row, verifiedEmailOf(actor), account.now);
      const { role, budget, cost_center } = row;
      await this.members.join(tx, actor, account, {
        member_id: person,
        role,
        budget,
        cost_center,
        ...(burn_order && { burn_order }),
      });
      await this.record(tx, actor, row, 'organization.invite_accept');
      return this.invitations.change(tx, row, { accepted_at: account.now, accepted_by: person });
    });
    this.members.forget(person);
    return taken;
  }

  private async changed<T>(
    actor: Actor,
    id: string,
    invitation_id: string,
    change: (tx: Tx, row: OrganizationInvitationRow, now: Date, access: Access) => Promise<T>,
  ): Promise<T> {
    return this.changes.run(actor, id, 'invitations:manage', async (tx, { now }, access) => {
      const row = await this.invitations.find(invitation_id, tx);
      if (row?.user_id !== id) throw unknown();
      assertMayGive(access, [row.role], MONEY_ROLES);
      const state = stateOf(row, now);
      if (state === 'accepted' || state === 'revoked') throw used(state);
      return change(tx, row, now, access);
    });
  }

  private async byToken(token: string): Promise<OrganizationInvitationRow> {
    const id = TOKENS.idOf(token);
    const row = id === null ? null : await this.invitations.find(id);
    if (!row || !TOKENS.matches(token, row.token_hash)) throw unknown();
    return row;
  }

  /** Makes a new link, stores the invitation with its digest, and mails it. */
  private async send(
    tx: Tx,
    { actor, origin, organization }: Sending,
    id: string,
    store: (token_hash: string) => Promise<OrganizationInvitationRow>,
  ): Promise<NewInvitationView> {
    const { token, token_hash } = TOKENS.make(id);
    const url = this.links.urlOf(token, origin);
    const stored = await store(token_hash);
    await this.links.mail(tx, actor, organization, { ...stored, token });
    return { ...viewOf(stored), url };
  }

  private async assertCostCenter(tx: Tx, user_id: string, code: string | null | undefined): Promise<void> {
    if (code === undefined || code === null || (await this.organizations.hasCostCenter(tx, user_id, code))) return;
    throw new InvalidInput([{ field: 'cost_center', message: 'must be a cost center of the organization' }]);
  }

  private record(
    tx: Tx,
    actor: Actor,
    { user_id, id, role }: OrganizationInvitationRow,
    action: string,
  ): Promise<void> {
    const resource = { resource_type: 'organization_invitation', resource_id: id };
    return this.changes.record(tx, actor, { user_id, action, ...resource, metadata: { role } });
  }
}

/** Returns the address that the identity provider has verified, as invitations have it. */
const verifiedEmailOf = ({ sign_in }: Pick<Actor, 'sign_in'>): string | null =>
  sign_in?.verified_email === undefined ? null : canonicalEmail(sign_in.verified_email);

function viewOf(row: OrganizationInvitationRow): InvitationView {
  return { ...row, organization_id: row.user_id, state: stateOf(row, new Date()) };
}

/** @throws InvalidInput */
function expiryOf(given: Date | undefined, now: Date): Date {
  const expires_at = given ?? new Date(now.getTime() + DAYS_DEFAULT * DAY_MS);
  if (expires_at > now && expires_at.getTime() <= now.getTime() + DAYS_MAX * DAY_MS) return expires_at;
  throw new InvalidInput([{ field: 'expires_at', message: `must be in the future, within ${DAYS_MAX} days` }]);
}

const unknown = (): NotFound => new NotFound('Invitation');

const used = (state: string): DomainError =>
  new DomainError('conflict', 'invitation_used', `The invitation was ${state}. Invite the person again.`);
