import { createHash, randomBytes } from 'node:crypto';

/** Bits of a UUIDv7: version 7, and the variant. */
const [VERSION, VARIANT] = [0x7000, 0x8000];

/**
 * Which of 1,024 buckets an account belongs to, 0 to 1023: the first ten bits of the SHA-256 of its id. Buckets are what
 * can be moved between databases when one is outgrown, so the rule may never change.
 */
export const bucketOf = (user_id: string): number => digestOf(user_id).readUInt16BE(0) >> 6;

/**
 * An id for a row of an account: a UUIDv7 whose bytes 10 and 11 are the first 16 bits of the SHA-256 of `user_id`, so
 * that the bucket of a row can be read off its id. tollgate_row_id() makes the same in SQL.
 *
 * @param at when the row is made; now, to the microsecond, if not given
 * @param n orders the rows made at one instant, 0 to 16,383
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

const digestOf = (user_id: string): Buffer => createHash('sha256').update(user_id).digest();
