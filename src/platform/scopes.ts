import { DomainError } from './errors.js';

/**
 * What a limited credential can be good for. A route requires one scope besides a role; credentials without a list of
 * scopes can do everything that their roles allow.
 */
export const SCOPES = {
  'balance:read': 'balance, grants and limits',
  'credits:read': 'the ledger with receipts, and everything of balance:read',
  'budgets:manage': 'creating, changing, boosting and removing budgets',
  'events:read': 'events about accounts',
  'usage:read': 'usage events, reports, trends and predictions',
  'usage:write': 'recording usage',
  charge: 'charges, holds and usage that is charged when it is recorded',
  gateway: 'calls of models',
  models: 'the model catalogue with its prices',
  payments: 'packages, plans, checkouts, payments, discounts and the automatic top-up',
  coupons: 'checking and redeeming coupons, and inviting others',
  'keys:manage': "API keys, and users' own provider keys",
  notifications: 'the inbox, preferences of notifications, the contact address and dismissing recommendations',
  'account:export': 'the archive with all data about a person',
  'organizations:manage': 'organizations with their members, invitations and cost centers',
  'portal:manage': 'portal sessions of users',
  provisioning: 'opening accounts at registration',
  'admin:*': 'all routes of administrators',
} as const;
export type Scope = keyof typeof SCOPES;

export const SCOPE_NAMES = Object.keys(SCOPES) as Scope[];

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);

/** For routes that any credential with the right role can call, whatever its scopes. */
export const ANY_SCOPE = 'any scope';

/** The scope that a route requires. */
export type RequiredScope = Scope | typeof ANY_SCOPE;

/** A caller; `scopes` is undefined for a credential that is not limited. */
interface Scoped {
  readonly scopes?: readonly Scope[] | undefined;
}

/** Returns whether the caller's credential is good for the scope. */
export function hasScope({ scopes }: Scoped, scope: RequiredScope): boolean {
  if (scopes === undefined || scope === ANY_SCOPE || scopes.includes(scope)) return true;
  return scope === 'balance:read' && scopes.includes('credits:read');
}

/** @throws DomainError forbidden `missing_scope` naming the scope that the caller's credential lacks */
export function assertScope(caller: Scoped, scope: RequiredScope): void {
  const fault = scopeFault(caller, scope);
  if (fault) throw fault;
}

/** Returns the error `missing_scope` naming the scope that the caller's credential lacks; null if it has the scope. */
export const scopeFault = (caller: Scoped, scope: RequiredScope): DomainError | null =>
  hasScope(caller, scope)
    ? null
    : new DomainError('forbidden', 'missing_scope', `This call requires the scope ${scope}.`, { scope });
