import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import { OrganizationsService } from '../../organizations/organizations.service.js';
import { BudgetReader } from '../../credits/budgets/budget-reader.js';
import { accountOf, type Actor, actsForOthers } from '../../platform/actor.js';
import { hasScope } from '../../platform/scopes.js';
import { PortalSessions } from '../../portal/portal-sessions.service.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import type { MeKeyView, MeView } from './me.dto.js';

const NO_ACCOUNT = { account: null, plan: null, limits: [] };

/** Describes callers to themselves, so that no client has to decode a token. */
@Injectable()
export class MeService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
    private readonly portal: PortalSessions,
    private readonly budgets: BudgetReader,
    private readonly organizations: OrganizationsService,
  ) {}

  /**
   * Returns who the caller is and the state of the account. A user's first request creates the account, as every read
   * does; services and admins only see an account that they have.
   */
  async of(actor: Actor): Promise<MeView> {
    const { user_id, roles, scopes = null, sign_in } = actor;
    if (!sign_in) throw new TypeError('only callers of the API can ask who they are');
    const [return_url, state, organizations] = await Promise.all([
      this.portal.returnUrlOf(actor),
      this.stateOf(actor),
      this.organizations.namesOf(user_id),
    ]);
    const { method, expires_at } = sign_in;
    return {
      user_id,
      roles,
      scopes,
      sign_in: method,
      expires_at,
      api_key: keyView(actor),
      return_url,
      organizations,
      ...state,
    };
  }

  private async stateOf(actor: Actor): Promise<Pick<MeView, 'account' | 'plan' | 'limits'>> {
    const user_id = accountOf(actor, undefined);
    if (!hasScope(actor, 'balance:read')) return NO_ACCOUNT;
    if (actsForOthers(actor) && !(await this.accounts.existing([user_id])).has(user_id)) return NO_ACCOUNT;
    const account = await this.accounts.balance(actor, user_id);
    const [plan, ofPlan, ofBudgets] = await Promise.all([
      this.tiers.get(account.tier),
      this.accounts.limits(actor, user_id),
      this.budgets.limits(user_id),
    ]);
    return { account, plan, limits: [...ofPlan, ...ofBudgets] };
  }
}

function keyView({ api_key }: Actor): MeKeyView | null {
  if (!api_key) return null;
  const { tags, allowed_models, denied_models, allowed_services, allowed_cidrs, ...others } = api_key;
  return {
    ...others,
    tags: [...tags],
    allowed_models: [...allowed_models],
    denied_models: [...denied_models],
    allowed_services: [...allowed_services],
    allowed_cidrs: [...allowed_cidrs],
  };
}
