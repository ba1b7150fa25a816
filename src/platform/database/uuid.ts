const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Sorts before every id. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Returns whether the value is a UUID string of any version. */
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);
