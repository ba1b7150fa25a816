import type { OrganizationOfMe } from './roles.ts';

export type BurnOrder = OrganizationOfMe['burn_order'];

/** Which account pays for work that names none. */
export const BURN_ORDERS = [
  'own_first',
  'organization_first',
  'organization_only',
] as const satisfies readonly BurnOrder[];
