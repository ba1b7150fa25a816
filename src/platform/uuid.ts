const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Comes before every id. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Whether it is a UUID of any version, as text. */
export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);
