import { Injectable } from '@nestjs/common';
import { type Actor, actsForOthers } from '../platform/actor.js';
import { DomainError, NotFound } from '../platform/errors.js';
import { isOrganizationId } from '../platform/values/organization-id.js';
import { type Membership, Memberships } from './memberships.service.js';
import { permissionOf, rolesFor } from './role-actions.js';
import { byBurnOrder, onlyBy, organizationOf, paidAlone, type Payer, type Payers } from './payers.js';

/** Decides who pays for work. */
@Injectable()
export class PayersService {
  constructor(private readonly memberships: Memberships) {}

  /**
   * Returns the payers of work. `user_id` is the account that the request is about (`accountOf`), `named` the
   * organization that its body names. A payer that is named, or that the key belongs to, pays alone; otherwise the burn
   * order of the person decides. Synchronous if the memberships are known.
   * @throws NotFound if the person is no active member of the organization
   */
  of(actor: Actor, user_id: string, named: string | undefined): Payers | Promise<Payers> {
    const account = named ?? actor.account?.user_id ?? user_id;
    if (!isOrganizationId(account)) {
      if (account !== user_id) throw unknown(account);
      return this.ofPerson(user_id);
    }
    const member = memberOf(actor, user_id, account);
    if (member === null) return paidAlone(account);
    return then(this.membership(member, account), (membership) => onlyBy(organizationOf(working(membership))));
  }

  /** Returns a person's active membership of an organization. @throws NotFound */
  membership(person: string, organization: string): Membership | Promise<Membership> {
    return then(this.memberships.of(person), (all) => {
      const found = all.find(({ user_id }) => user_id === organization);
      if (!found) throw unknown(organization);
      return found;
    });
  }

  private ofPerson(person: string): Payers | Promise<Payers> {
    return then(this.memberships.of(person), (memberships) => byBurnOrder(person, memberships.filter(works)));
  }
}

/** Whether the organization pays for the work of a member. */
const works = ({ role }: Membership): boolean => permissionOf(role, 'charge') !== null;

/** @throws DomainError forbidden for a member whose role does no work */
function working(membership: Membership): Membership {
  if (works(membership)) return membership;
  const detail = `The organization pays for the work of these roles: ${rolesFor('charge')}.`;
  throw new DomainError('forbidden', 'forbidden', detail);
}

/** Returns the person who acts for the organization; null if nobody in particular does. */
function memberOf(actor: Actor, user_id: string, organization: string): string | null {
  if (!actsForOthers(actor)) return actor.user_id === organization ? null : actor.user_id;
  return user_id === organization || user_id === actor.user_id ? null : user_id;
}

/** Continues with a value, at once if it is there. */
function then<T, R>(value: T | Promise<T>, next: (value: T) => R): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

const unknown = (organization: string): NotFound => new NotFound(`Organization ${organization}`);

/** Returns whether a payer cannot pay for some work, so that the next one is asked. */
const cannotPay = (error: unknown): boolean => error instanceof DomainError && error.kind === 'payment_required';

/** Returns the payers to ask after the first one has ended some work; null if it has decided. */
export function othersAfter({ home, all: [, next, ...others] }: Payers, end: unknown): Payers | null {
  return next && cannotPay(end) ? { home, all: [next, ...others] } : null;
}

/** Does some work on the account of the first payer that can pay for it. @throws what the last payer was refused with */
export async function byFirst<T>({ all }: Payers, work: (payer: Payer, isLast: boolean) => Promise<T>): Promise<T> {
  for (const payer of all.slice(0, -1)) {
    try {
      return await work(payer, false);
    } catch (error) {
      if (!cannotPay(error)) throw error;
    }
  }
  return work(all.at(-1) as Payer, true);
}
