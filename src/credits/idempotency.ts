import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Actor, actsForOthers } from '../platform/actor.js';
import { Database, type Tx } from '../platform/database.js';
import { DomainError } from '../platform/errors.js';

/** A caller's key for one request, with a digest of what was asked. */
export interface IdempotencyKey {
  key: string;
  request_hash: string;
}

/**
 * Ties a key to an operation and its body. Amounts in the body are canonical by then, so `1` and `"1.0"` are the same
 * request; the order of members does not count, nor do members that say nothing, nor the account, in which a key is
 * unique anyway.
 *
 * Keys of users and of the platform are different keys: a user who guesses what the platform will call its next charge
 * could otherwise use that key up. Users' keys are kept as digests behind a blank, which no key of a caller holds.
 */
export function idempotencyKey(
  given: string | undefined,
  caller: Pick<Actor, 'roles'>,
  operation: string,
  body: object,
): IdempotencyKey | undefined {
  if (given === undefined) return undefined;
  const key = actsForOthers(caller) ? given : ` ${hash('sha256', given, 'base64url')}`;
  const members = sortedEntries(body).filter(([name, value]) => name !== 'user_id' && !saysNothing(value));
  const isFlat = members.every(([, value]) => typeof value !== 'object');
  const canonical = JSON.stringify([operation, members], isFlat ? undefined : (_name, value: unknown) => sorted(value));
  return { key, request_hash: hash('sha256', canonical) };
}

const saysNothing = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

const sortedEntries = (value: object): [string, unknown][] =>
  Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(sortedEntries(value))
    : value;

/** The refusal of a key that came with another request before. */
export const conflict = (): DomainError =>
  new DomainError(
    'conflict',
    'idempotency_conflict',
    'This Idempotency-Key was used for another request on this account. Use a new key for a new request.',
  );

/** What a key recorded: which request, and the resource it made, if it made one. */
export interface KnownKey {
  request_hash: string;
  resource_id: string | null;
}

/** A key to remember. */
export interface NewKey extends IdempotencyKey {
  resource_id: string | null;
}

/** Outcomes by key. Read and written under the account's lock, so a key is used once however many ask at once. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly db: Database) {}

  /** The given keys that were used on the account before. */
  async findAll(tx: Tx, user_id: string, keys: string[]): Promise<Map<string, KnownKey>> {
    if (keys.length === 0) return new Map();
    const known = await tx.idempotency_keys.findMany({ where: { user_id, idempotency_key: { in: keys } } });
    return new Map(known.map((row) => [row.idempotency_key, row]));
  }

  /**
   * The outcome of an earlier request with this key; null when there was none.
   * @throws DomainError `idempotency_conflict` when the key came with another request
   */
  async find(tx: Tx, user_id: string, key: IdempotencyKey | undefined): Promise<KnownKey | null> {
    if (!key) return null;
    const known = (await this.findAll(tx, user_id, [key.key])).get(key.key);
    if (known && known.request_hash !== key.request_hash) throw conflict();
    return known ?? null;
  }

  /** Remembers what the requests with these keys made. */
  async record(tx: Tx, user_id: string, keys: NewKey[]): Promise<void> {
    if (keys.length === 0) return;
    const rows = keys.map(({ key, ...rest }) => ({ ...rest, user_id, idempotency_key: key }));
    await tx.idempotency_keys.createMany({ data: rows });
  }

  /** Forgets a key whose work came to nothing, so that a repeat is judged anew. */
  async remove(user_id: string, idempotency_key: string, resource_id: string): Promise<void> {
    await this.db.prisma.idempotency_keys.deleteMany({ where: { user_id, idempotency_key, resource_id } });
  }

  /** How many pages the table has. */
  async pages(): Promise<number> {
    const [size] = await this.db.prisma.$queryRaw<{ pages: number }[]>`
      SELECT (pg_relation_size('idempotency_keys') / current_setting('block_size')::int)::int AS pages`;
    return size?.pages ?? 0;
  }

  /**
   * Forgets the keys on some pages that are older than `hours`. By the place of the rows: an index on their age would
   * cost every charge something, for a clean-up that reads the whole table once a day.
   * @returns how many were forgotten
   */
  forget(hours: number, page: number, pages: number): Promise<number> {
    return this.db.prisma.$executeRaw`
      DELETE FROM idempotency_keys
      WHERE ctid >= ${`(${String(page)},0)`}::tid AND ctid < ${`(${String(page + pages)},0)`}::tid
        AND created_at < clock_timestamp() - ${hours} * interval '1 hour'`;
  }
}
