import { DomainError } from '../platform/errors.js';
import { coversModel } from '../platform/key-limits.js';
import type { Membership } from './memberships.service.js';

/** An account that can pay for some work. */
export interface Payer {
  readonly user_id: string;
  /** The person who acts; null when the person's own account pays, or nobody in particular acts. */
  readonly member_id: string | null;
  /** Models that the organization pays for; an empty list allows every model. */
  readonly allowed_models: readonly string[];
}

/** The accounts that can pay for some work, in the order in which they are asked. */
export interface Payers {
  /** The account where repeated work is recognized: that of the person, or the payer that was named. */
  readonly home: string;
  readonly all: readonly [Payer, ...Payer[]];
}

/** Returns the account that pays for everything, and acts for nobody else. */
export const paidAlone = (user_id: string): Payers => onlyBy({ user_id, member_id: null, allowed_models: [] });

/** Returns the payer that was named. */
export const onlyBy = (payer: Payer): Payers => ({ home: payer.user_id, all: [payer] });

/** Returns the organization of a membership as a payer. */
export const organizationOf = ({ user_id, member_id, allowed_models }: Membership): Payer => {
  return { user_id, member_id, allowed_models };
};

/**
 * Returns the payers of a person's work that names none. Organizations that come first are asked before the person's own
 * account, in the order in which the person joined them, and all others after it. The own account does not pay if one
 * of the organizations pays for everything.
 */
export function byBurnOrder(person: string, memberships: readonly Membership[]): Payers {
  if (memberships.length === 0) return paidAlone(person);
  const asked = (isFirst: boolean): Payer[] =>
    memberships.filter(({ burn_order }) => (burn_order !== 'own_first') === isFirst).map(organizationOf);
  const own = { user_id: person, member_id: null, allowed_models: [] };
  const paysOwn = !memberships.some(({ burn_order }) => burn_order === 'organization_only');
  const [first = own, ...others] = [...asked(true), ...(paysOwn ? [own] : []), ...asked(false)];
  return { home: person, all: [first, ...others] };
}

/**
 * Returns the payers without those who do not pay for the models.
 * @throws DomainError forbidden `member_model_not_allowed` if none is left
 */
export function payingFor({ home, all }: Payers, models: readonly string[]): Payers {
  const [first, ...others] = all.filter(({ allowed_models }) => allowsAll(allowed_models, models));
  if (first) return { home, all: [first, ...others] };
  const detail = `The organization does not pay for ${models.join(', ')} for this member. Use a model that is allowed.`;
  throw new DomainError('forbidden', 'member_model_not_allowed', detail, { models });
}

const allowsAll = (allowed: readonly string[], models: readonly string[]): boolean =>
  allowed.length === 0 || models.every((model) => allowed.some((entry) => coversModel(entry, model)));
