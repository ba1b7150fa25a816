import type { FastifyRequest } from 'fastify';
import { type Caller, ownPartOf } from '../platform/actor.js';
import { DomainError, NotFound } from '../platform/errors.js';
import type { CallerAccess } from '../platform/http/decorators.js';
import { propertiesOf } from '../platform/http/view.js';
import { assertScope, type Scope } from '../platform/scopes.js';

const MEMBER = 'member_id';
/** Scopes whose routes are limited to one's own part by their query; the services of other routes see to it themselves. */
const READ: readonly string[] = ['usage:read', 'credits:read'] satisfies Scope[];

/**
 * Checks that a caller can use a route. One who only sees its own part of an organization's work has the filter
 * `member_id` set to itself; routes without this filter are refused.
 * @throws DomainError `forbidden`, `missing_scope`; NotFound for the part of another member
 */
export function assertAllowed(request: FastifyRequest, caller: Caller, { roles, scope }: CallerAccess): void {
  if (!roles.some((role) => caller.roles.includes(role))) {
    const needed = roles.length === 1 ? `the role ${roles[0]}` : `one of the roles ${roles.join(', ')}`;
    throw new DomainError('forbidden', 'forbidden', `This call requires ${needed}.`);
  }
  assertScope(caller, scope);
  if (caller.account && READ.includes(scope)) limitToOwnPart(request, ownPartOf(caller, scope as Scope));
}

function limitToOwnPart(request: FastifyRequest, member: string | undefined): void {
  if (member === undefined) return;
  const { reads } = request.routeOptions.config;
  if (!reads?.query || !propertiesOf(reads.query).includes(MEMBER)) {
    const detail =
      'Members see their own work only, and this route cannot be limited to it. Ask an admin of the organization.';
    throw new DomainError('forbidden', 'forbidden', detail);
  }
  const query = request.query as Record<string, unknown>;
  if (query[MEMBER] !== undefined && query[MEMBER] !== member) throw new NotFound('Member');
  request.query = { ...query, [MEMBER]: member };
}
