import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/**
 * How ids of users are written. `exact`: as the platform sends them, so that `Ann` and `ann` are two users. `email`:
 * trimmed, in lower case and in Unicode's composed form (NFC), so that every spelling of an address is one user.
 */
export const USER_ID_FORMS = ['exact', 'email'] as const;
export type UserIdForm = (typeof USER_ID_FORMS)[number];

export const USER_ID_MAX_CHARACTERS = 255;

// no control characters, no halves of surrogate pairs, no blanks at the ends
const USABLE = /^[^\p{Cc}\p{Cs} ](?:[^\p{Cc}\p{Cs}]*[^\p{Cc}\p{Cs} ])?$/u;
/** What nobody sees, or takes for a blank: zero-width and bidirectional marks, variation selectors, odd blanks. */
const UNSEEN = /[\p{DI}\p{Cf}\p{Z}]/u;

let form: UserIdForm = 'exact';

/** Sets the form for this process, once it has read its configuration: decorators know no configuration of their own. */
export function useUserIdForm(chosen: UserIdForm): void {
  form = chosen;
}

/** The one spelling of an id in the form that is in use; what is no text stays what it is. */
export function canonicalUserId<T>(given: T): T | string {
  if (form === 'exact' || typeof given !== 'string') return given;
  return given.normalize('NFC').trim().toLowerCase().normalize('NFC');
}

/** What is wrong with an id in its one spelling; null when an account can have it. */
export function userIdFault(id: unknown): string | null {
  if (typeof id !== 'string' || !USABLE.test(id) || [...id].length > USER_ID_MAX_CHARACTERS) {
    return 'must be 1 to 255 characters, without control characters or spaces at either end, for example user-42';
  }
  if (form === 'exact') return null;
  const unseen = UNSEEN.exec(id)?.[0];
  if (unseen === undefined) return null;
  if (unseen === ' ') return 'must have no spaces inside';
  const code = (unseen.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `must not have the invisible character U+${code}`;
}

/** The id in its one spelling; null when no account can have it. */
export function readUserId(given: unknown): string | null {
  const id = canonicalUserId(given);
  return userIdFault(id) === null ? (id as string) : null;
}

/** The id of a user. The property becomes its one spelling. */
export function IsUserId(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => canonicalUserId(value), { toClassOnly: true }),
    ValidateBy({
      name: 'isUserId',
      validator: {
        validate: (value: unknown) => userIdFault(value) === null,
        defaultMessage: (args) => `${args?.property ?? 'user_id'} ${userIdFault(args?.value) ?? ''}`,
      },
    }),
  );
}
