import type { member_role } from '../generated/prisma/enums.js';
import { type Scope, SCOPE_NAMES } from '../platform/scopes.js';

/** What members can do in an organization besides using its account. */
export const ORGANIZATION_ACTIONS = {
  'organization:read': 'seeing the organization and its own membership',
  'organization:update': 'changing name, billing address, time zone and default limit',
  'organization:close': 'closing the organization',
  'members:read': 'seeing all members',
  'members:manage': 'adding, changing and removing members of the roles admin, member and viewer',
  'owners:manage': 'giving and taking the roles owner and billing',
  'invitations:manage': 'inviting people',
  'cost_centers:read': 'seeing cost centers',
  'cost_centers:manage': 'creating and removing cost centers',
  'credits:transfer': 'moving credits to another account',
} as const;
export type OrganizationAction = keyof typeof ORGANIZATION_ACTIONS;

/** An action of a member: in the organization, or on its account, by the scope of the route. */
export type MemberAction = OrganizationAction | Scope;

/** Roles that can do something: for the whole organization, or only for their own part. */
interface Allowed {
  readonly all: readonly member_role[];
  readonly own?: readonly member_role[];
}

const EVERYBODY: readonly member_role[] = ['owner', 'admin', 'billing', 'member', 'viewer'];
const READERS: readonly member_role[] = ['owner', 'admin', 'billing', 'viewer'];
const WORKERS: readonly member_role[] = ['owner', 'admin', 'billing', 'member'];
const MANAGERS: readonly member_role[] = ['owner', 'admin'];
const PAYERS: readonly member_role[] = ['owner', 'billing'];

/** The roles that can do each action. An action that is missing is nobody's; this is the only place that decides. */
export const ROLE_ACTIONS: Readonly<Partial<Record<MemberAction, Allowed>>> = {
  'organization:read': { all: EVERYBODY },
  'organization:update': { all: MANAGERS },
  'organization:close': { all: ['owner'] },
  'members:read': { all: READERS, own: ['member'] },
  'members:manage': { all: MANAGERS },
  'owners:manage': { all: ['owner'] },
  'invitations:manage': { all: MANAGERS },
  'cost_centers:read': { all: EVERYBODY },
  'cost_centers:manage': { all: MANAGERS },
  'credits:transfer': { all: PAYERS },
  'balance:read': { all: EVERYBODY },
  'credits:read': { all: READERS, own: ['member'] },
  'usage:read': { all: READERS, own: ['member'] },
  'usage:write': { all: WORKERS },
  charge: { all: WORKERS },
  gateway: { all: WORKERS },
  models: { all: EVERYBODY },
  'budgets:manage': { all: MANAGERS },
  'keys:manage': { all: MANAGERS, own: ['member', 'billing'] },
  payments: { all: PAYERS },
  coupons: { all: PAYERS },
  'account:export': { all: ['owner'] },
  'organizations:manage': { all: EVERYBODY },
};

/** Returns whether a role can do something: for the whole organization (`all`), for its own part (`own`), or not (null). */
export function permissionOf(role: member_role, action: MemberAction): 'all' | 'own' | null {
  const allowed = ROLE_ACTIONS[action];
  if (allowed?.all.includes(role)) return 'all';
  return allowed?.own?.includes(role) ? 'own' : null;
}

/** Returns the scopes that a role has on the account of its organization. */
export const scopesOf = (role: member_role): Scope[] => SCOPE_NAMES.filter((scope) => permissionOf(role, scope));

/** Returns those in which it has only its own part. */
export const ownScopesOf = (role: member_role): Scope[] =>
  SCOPE_NAMES.filter((scope) => permissionOf(role, scope) === 'own');

/** Returns the roles that can do something, for messages. */
export const rolesFor = (action: MemberAction): string => {
  const { all = [], own = [] } = ROLE_ACTIONS[action] ?? {};
  return [...all, ...own].join(', ');
};
