import { createHash, randomBytes } from 'node:crypto';

/** The latest instant of a UUIDv7: 48 bits of milliseconds. */
const MS_MAX = 2 ** 48 - 1;
/** Version and variant bits of a UUIDv7. */
const [VERSION, VARIANT] = [0x7000, 0x8000];

/**
 * Returns the bucket of an account, 0 to 1023: the first ten bits of the SHA-256 of its id. Buckets are the unit in
 * which accounts can be spread over databases, so this rule must never change.
 */
export const bucketOf = (user_id: string): number => digestOf(user_id).readUInt16BE(0) >> 6;

/**
 * Returns an id for a row of an account: a UUIDv7 whose bytes 10 and 11 are the first 16 bits of the SHA-256 of
 * `user_id`, so that the id reveals the bucket. tollgate_row_id() does the same in SQL.
 *
 * @param at when the row is created; by default now, to the microsecond
 * @param n orders rows created at the same instant, 0 to 16,383
 */
export function rowId(user_id: string, at?: Date, n = 0): string {
  const instant = at ? at.getTime() : performance.timeOrigin + performance.now();
  const id = randomBytes(16);
  id.writeUIntBE(Math.floor(instant), 0, 6);
  id.writeUInt16BE(VERSION | Math.floor((instant % 1) * 4096), 6);
  id.writeUInt16BE(VARIANT | n, 8);
  digestOf(user_id).copy(id, 10, 0, 2);
  const hex = id.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** SQL for the smallest id of a row that is created at the instant of an SQL expression, or later; `minutes` are added. */
export const idAtSql = (instant: string, minutes = 0): string => `tollgate_id_at(${instant}, ${minutes})`;

/** The smallest id of a row that is created at an instant, or later. Instants beyond the range of ids count as its ends. */
export function firstIdAt(instant: Date): string {
  const ms = Math.min(Math.max(instant.getTime(), 0), MS_MAX);
  const hex = ms.toString(16).padStart(12, '0').padEnd(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const digestOf = (user_id: string): Buffer => createHash('sha256').update(user_id).digest();
