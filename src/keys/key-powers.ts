import type { ApiKeyRow } from '../generated/rows.js';
import { type Actor, actsForOthers, type KeyInUse } from '../platform/actor.js';
import { DomainError, type FieldError, InvalidInput } from '../platform/errors.js';
import { coversModel } from '../platform/key-limits.js';
import type { Scope } from '../platform/scopes.js';
import { isRange } from './callers/address-ranges.js';

/** What a key can do. */
export type KeyPowers = Pick<
  ApiKeyRow,
  | 'role'
  | 'scopes'
  | 'allowed_models'
  | 'denied_models'
  | 'allowed_services'
  | 'allowed_cidrs'
  | 'requests_per_minute'
  | 'tokens_per_minute'
  | 'expires_at'
  | 'brake'
>;

type Creator = Pick<Actor, 'roles' | 'scopes' | 'sign_in' | 'api_key'>;

const MODEL = /^[^\s*,]+\*?$|^\*$/;
const USUAL_SCOPES: Record<ApiKeyRow['role'], Scope[]> = {
  user: ['balance:read', 'credits:read', 'usage:read', 'models', 'gateway'],
  service: ['balance:read', 'credits:read', 'usage:read', 'usage:write', 'charge', 'models', 'gateway'],
};

const NO_LIMITS = {
  allowed_models: [],
  denied_models: [],
  allowed_services: [],
  allowed_cidrs: [],
  requests_per_minute: null,
  tokens_per_minute: null,
  expires_at: null,
};

/** Whether a key has a brake if its creator does not say: a backend takes on new models on purpose. */
export const hasBrakeByDefault = (role: ApiKeyRow['role'], { api_key }: Pick<Creator, 'api_key'>): boolean =>
  role === 'user' || api_key?.brake === true;

/** Returns the scopes of a key whose creator names none: what keys of its role usually need and the creator has. */
export function defaultScopes(role: ApiKeyRow['role'], { scopes }: Pick<Creator, 'scopes'>): Scope[] {
  return scopes ? USUAL_SCOPES[role].filter((scope) => scopes.includes(scope)) : USUAL_SCOPES[role];
}

/** Returns the limits of a key whose creator names none: none, or those of the key that creates it. */
export function defaultLimits({ sign_in, api_key }: Creator): Omit<KeyPowers, 'role' | 'scopes' | 'brake'> {
  if (!api_key) return NO_LIMITS;
  const { allowed_models, denied_models, allowed_services, allowed_cidrs, requests_per_minute, tokens_per_minute } =
    api_key;
  return {
    allowed_models: [...allowed_models],
    denied_models: [...denied_models],
    allowed_services: [...allowed_services],
    allowed_cidrs: [...allowed_cidrs],
    requests_per_minute,
    tokens_per_minute,
    expires_at: sign_in?.expires_at ?? null,
  };
}

/** @throws InvalidInput naming entries that are neither models nor addresses */
export function assertReadable({ allowed_models, denied_models, allowed_cidrs }: Partial<KeyPowers>): void {
  const faults = [
    faultOf('allowed_models', allowed_models, (text) => MODEL.test(text), 'model ids or prefixes such as openai/*'),
    faultOf('denied_models', denied_models, (text) => MODEL.test(text), 'model ids or prefixes such as openai/*'),
    faultOf('allowed_cidrs', allowed_cidrs, isRange, 'addresses or networks such as 203.0.113.0/24'),
  ].filter((fault) => fault !== null);
  if (faults.length > 0) throw new InvalidInput(faults);
}

function faultOf(
  field: string,
  entries: readonly string[] | undefined,
  isEntry: (text: string) => boolean,
  what: string,
): FieldError | null {
  const wrong = entries?.find((entry) => !isEntry(entry));
  return wrong === undefined ? null : { field, message: `must be ${what}; "${wrong.slice(0, 255)}" is invalid` };
}

/**
 * Checks that a key can do nothing that its creator cannot.
 * @throws DomainError forbidden `key_exceeds_creator` naming the first field that goes beyond
 */
export function assertWithin(creator: Creator, powers: KeyPowers): void {
  const field = excessOf(creator, powers);
  if (field === null) return;
  const detail = `A key can do no more than the credential that creates or changes it; ${field} goes beyond.`;
  throw new DomainError('forbidden', 'key_exceeds_creator', detail, { field });
}

function excessOf(creator: Creator, powers: KeyPowers): keyof KeyPowers | null {
  if (powers.role === 'service' && !actsForOthers(creator)) return 'role';
  const { scopes, api_key, sign_in } = creator;
  if (scopes && !powers.scopes.every((scope) => scopes.some((own) => own === scope))) return 'scopes';
  return api_key ? excessOverKey(api_key, sign_in?.expires_at ?? null, powers) : null;
}

function excessOverKey(key: KeyInUse, expires_at: Date | null, powers: KeyPowers): keyof KeyPowers | null {
  if (!isNarrower(powers.allowed_models, key.allowed_models, coversModel)) return 'allowed_models';
  if (!key.denied_models.every((entry) => powers.denied_models.includes(entry))) return 'denied_models';
  if (!isNarrower(powers.allowed_services, key.allowed_services)) return 'allowed_services';
  if (!isNarrower(powers.allowed_cidrs, key.allowed_cidrs)) return 'allowed_cidrs';
  if (!isAtMost(powers.requests_per_minute, key.requests_per_minute)) return 'requests_per_minute';
  if (!isAtMost(powers.tokens_per_minute, key.tokens_per_minute)) return 'tokens_per_minute';
  if (key.brake && !powers.brake) return 'brake';
  return isAtMost(powers.expires_at?.getTime() ?? null, expires_at?.getTime() ?? null) ? null : 'expires_at';
}

/** Whether a list allows no more than another one; an empty list allows everything. */
function isNarrower(
  list: readonly string[],
  than: readonly string[],
  covers = (wide: string, narrow: string): boolean => wide === narrow,
): boolean {
  if (than.length === 0) return true;
  return list.length > 0 && list.every((entry) => than.some((wide) => covers(wide, entry)));
}

/** Whether a limit is as strict as another one; null is no limit. */
const isAtMost = (limit: number | null, than: number | null): boolean =>
  than === null || (limit !== null && limit <= than);
