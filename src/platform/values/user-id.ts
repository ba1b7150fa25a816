import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/**
 * How user ids are normalised. `exact`: not at all, so `Ann` and `ann` are two users. `email`: trimmed, lowercased and
 * in Unicode normalisation form C (NFC), so that all spellings of an address are one user.
 */
export const USER_ID_FORMS = ['exact', 'email'] as const;
export type UserIdForm = (typeof USER_ID_FORMS)[number];

export const USER_ID_MAX_CHARACTERS = 255;

// no control characters, no unpaired surrogates, no spaces at either end
const USABLE = /^[^\p{Cc}\p{Cs} ](?:[^\p{Cc}\p{Cs}]*[^\p{Cc}\p{Cs} ])?$/u;
/** Invisible or space-like characters: zero-width and bidirectional marks, variation selectors, unusual spaces. */
const UNSEEN = /[\p{DI}\p{Cf}\p{Z}]/u;

let form: UserIdForm = 'exact';

/** Sets the form for this process after the configuration has been read, because decorators cannot access it. */
export function useUserIdForm(chosen: UserIdForm): void {
  form = chosen;
}

/** Returns the normalised form of an id. Values other than strings are returned unchanged. */
export function canonicalUserId<T>(given: T): T | string {
  if (form === 'exact' || typeof given !== 'string') return given;
  return given.normalize('NFC').trim().toLowerCase().normalize('NFC');
}

/** Returns what is wrong with a normalised id; null if it is valid. */
export function userIdFault(id: unknown): string | null {
  if (typeof id !== 'string' || !USABLE.test(id) || [...id].length > USER_ID_MAX_CHARACTERS) {
    return 'must be 1 to 255 characters, without control characters or spaces at either end, for example user-42';
  }
  if (form === 'exact') return null;
  const unseen = UNSEEN.exec(id)?.[0];
  if (unseen === undefined) return null;
  if (unseen === ' ') return 'must not contain spaces';
  const code = (unseen.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `must not contain the invisible character U+${code}`;
}

/** Returns the normalised id; null if it is invalid. */
export function readUserId(given: unknown): string | null {
  const id = canonicalUserId(given);
  return userIdFault(id) === null ? (id as string) : null;
}

/** Validates a user id. The property is replaced by its normalised form. */
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
