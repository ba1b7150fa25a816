import type { OpenAPIObject } from '@nestjs/swagger';
import { ROLES_EXTENSION } from './decorators.js';
import type { Operation } from './openapi-examples.js';

/** Roles that may call an operation; null when anybody may. */
export function rolesOf(operation: Operation): readonly string[] | null {
  const roles = (operation as Operation & { [ROLES_EXTENSION]?: readonly string[] })[ROLES_EXTENSION];
  return roles ?? null;
}

/** What operations do. Generated clients name their methods by the ids, so that each begins with one of these. */
const VERBS = [
  ...['get', 'list', 'check', 'compare', 'preview', 'export', 'validate'],
  ...['create', 'generate', 'register', 'import', 'set', 'update', 'delete', 'deactivate', 'withdraw'],
  ...['allocate', 'grant', 'deduct', 'refund', 'reset', 'capture', 'release', 'extend', 'redeem', 'switch'],
  ...['track', 'rerate', 'receive', 'assign', 'discard', 'sync'],
  ...['accept', 'refuse', 'retry', 'cancel', 'end', 'move', 'erase', 'suspend', 'resume'],
] as const;
const ID = new RegExp(`^(?:${VERBS.join('|')})(?:[A-Z][a-z]+)+$`);

/** An operation is called as its method: `deductCredits`. */
export const operationIdOf = (_controller: string, method: string): string => method;

/**
 * Checks that every operation has an id of its own, a verb and what it is about, for it becomes a method of generated
 * clients.
 * @throws TypeError naming the ids that are not
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
