import { Injectable } from '@nestjs/common';
import { type ActingFor, actsForOthers, type Caller } from '../platform/actor.js';
import { NotFound } from '../platform/errors.js';
import { isOrganizationId } from '../platform/values/organization-id.js';
import type { Membership } from './memberships.service.js';
import { PayersService } from './payers.service.js';
import { ownScopesOf, scopesOf } from './role-actions.js';

/** Header that names the organization that a request is for. */
export const ACCOUNT_HEADER = 'x-tollgate-account';

/** Finds out whether a caller acts for an organization. */
@Injectable()
export class MemberCallers {
  constructor(private readonly payers: PayersService) {}

  /**
   * Returns the caller as the member that it acts as: of the organization that the request names, or that the API key of
   * a member belongs to. The role limits the scopes. Services and admins act for the account that they name without a
   * membership. Synchronous if the membership is known.
   * @throws NotFound if the caller is no active member
   */
  of(caller: Caller, named: string | undefined): Caller | Promise<Caller> {
    const { user_id, api_key } = caller;
    if (isOrganizationId(user_id) && api_key?.member_id) {
      if (named !== undefined && named !== user_id) throw new NotFound(`Organization ${named}`);
      return this.asMember({ ...caller, user_id: api_key.member_id }, user_id);
    }
    if (named === undefined || named === user_id) return caller;
    if (!isOrganizationId(named)) throw new NotFound(`Organization ${named}`);
    if (actsForOthers(caller)) return { ...caller, account: { user_id: named, role: null, own_scopes: [] } };
    return this.asMember(caller, named);
  }

  private asMember(caller: Caller, organization: string): Caller | Promise<Caller> {
    const found = this.payers.membership(caller.user_id, organization);
    return found instanceof Promise ? found.then((member) => acting(caller, member)) : acting(caller, found);
  }
}

function acting(caller: Caller, { user_id, role }: Membership): Caller {
  const { scopes } = caller;
  const allowed = scopesOf(role);
  const account: ActingFor = { user_id, role, own_scopes: ownScopesOf(role) };
  return { ...caller, account, scopes: scopes ? allowed.filter((scope) => scopes.includes(scope)) : allowed };
}
