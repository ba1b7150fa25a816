import type { OpenAPIObject } from '@nestjs/swagger';
import { ROLES_EXTENSION, SCOPE_EXTENSION } from '../decorators.js';
import type { RequiredScope } from '../../scopes.js';
import type { Operation } from './openapi-examples.js';

/** Returns the roles that can call an operation; null if it is public. */
export function rolesOf(operation: Operation): readonly string[] | null {
  const roles = (operation as Operation & { [ROLES_EXTENSION]?: readonly string[] })[ROLES_EXTENSION];
  return roles ?? null;
}

/** Returns the scope that an operation requires of limited credentials; null if it is public. */
export function scopeOf(operation: Operation): RequiredScope | null {
  return (operation as Operation & { [SCOPE_EXTENSION]?: RequiredScope })[SCOPE_EXTENSION] ?? null;
}

/** Verbs that operation ids start with, because generated clients use the ids as method names. */
const VERBS = [
  'get',
  'list',
  'check',
  'compare',
  'preview',
  'export',
  'validate',
  'create',
  'generate',
  'register',
  'import',
  'confirm',
  'dismiss',
  'run',
  'set',
  'update',
  'delete',
  'deactivate',
  'withdraw',
  'allocate',
  'grant',
  'deduct',
  'refund',
  'reset',
  'capture',
  'release',
  'extend',
  'redeem',
  'switch',
  'track',
  'rerate',
  'receive',
  'test',
  'recover',
  'resend',
  'assign',
  'discard',
  'sync',
  'accept',
  'refuse',
  'retry',
  'cancel',
  'end',
  'move',
  'erase',
  'suspend',
  'pause',
  'stop',
  'resume',
  'rotate',
  'revoke',
  'boost',
  'confirm',
  'mark',
  'resend',
] as const;
const ID = new RegExp(`^(?:${VERBS.join('|')})(?:[A-Z][a-z]+)+$`);

/** The operation id is the name of the method, such as `deductCredits`. */
export const operationIdOf = (_controller: string, method: string): string => method;

/**
 * Checks that every operation id is unique and consists of a verb and a subject, because generated clients use it as a
 * method name.
 * @throws TypeError naming the invalid ids
 */
export function checkOperationIds({ paths }: OpenAPIObject): void {
  const ids = Object.values(paths).flatMap(({ get, put, post, delete: remove, patch }) =>
    [get, put, post, remove, patch].flatMap((operation) => operation?.operationId ?? []),
  );
  const odd = ids.filter((id) => !ID.test(id));
  if (odd.length > 0) throw new TypeError(`a verb and what it is about: ${odd.join(', ')} must be like deductCredits`);
  const doubled = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (doubled.length > 0) throw new TypeError(`several operations are called ${doubled.join(', ')}`);
}
