import { InvalidInput } from '../platform/errors.js';
import { canonicalUserId, userIdFault } from '../platform/values/user-id.js';

/** The argument of commands on one account. */
export const USER = { arguments: '<user>', argsDescription: { user: "The account's user_id" } };

/** Returns the user id in an argument. @throws InvalidInput if it is not a valid user id */
export function idOf(given: string | undefined): string {
  const id = canonicalUserId(given);
  const fault = userIdFault(id);
  if (fault !== null) throw new InvalidInput([{ field: 'user', message: fault }]);
  return id as string;
}
