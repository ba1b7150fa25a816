import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../platform/actor.js';
import { InvalidInput } from '../platform/errors.js';
import { canonicalUserId, userIdFault } from '../platform/values/user-id.js';

/**
 * Returns the caller that a request acts as: with an API key of role service, the user that a trusted header names, in
 * the role user and within the scopes of the key. For any other caller the headers are ignored.
 * @param names headers in lower case; the first one with a value counts
 * @throws InvalidInput if its value is not a user id
 */
export function actingCaller(caller: Caller, headers: IncomingHttpHeaders, names: readonly string[]): Caller {
  if (names.length === 0 || !caller.api_key || !caller.roles.includes('service')) return caller;
  const field = names.find((name) => typeof headers[name] === 'string' && headers[name].trim() !== '');
  if (field === undefined) return caller;
  // Node reads header bytes as Latin-1; applications send UTF-8
  const user_id = canonicalUserId(Buffer.from(String(headers[field]), 'latin1').toString('utf8').trim());
  const message = userIdFault(user_id);
  if (message !== null) throw new InvalidInput([{ field, message }]);
  return { ...caller, user_id, roles: ['user'] };
}
