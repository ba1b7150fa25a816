import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Actor, actsForOthers } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { DomainError } from '../../platform/errors.js';

/** A caller's key for one request, with a digest of the request. */
export interface IdempotencyKey {
  key: string;
  request_hash: string;
}

/**
 * Ties a key to an operation and its body. Validation has normalized amounts, so `1` and `"1.0"` are the same request.
 * The digest ignores the order of members, empty members, and the account, since keys are unique per account.
 *
 * Keys of users and of the platform live in separate namespaces: otherwise a user who guesses the key of the platform's
 * next charge could use it first. A user's key is stored as a digest after a space, which no caller's key can contain.
 * Members of an organization have a namespace each.
 */
export function idempotencyKey(
  given: string | undefined,
  caller: Pick<Actor, 'roles' | 'user_id' | 'account'>,
  operation: string,
  body: object,
): IdempotencyKey | undefined {
  if (given === undefined) return undefined;
  const key = actsForOthers(caller) ? given : ` ${hash('sha256', inNamespace(caller, given), 'base64url')}`;
  const members = sortedEntries(body).filter(([name, value]) => name !== 'user_id' && !isEmpty(value));
  const isFlat = members.every(([, value]) => typeof value !== 'object');
  const canonical = JSON.stringify([operation, members], isFlat ? undefined : (_name, value: unknown) => sorted(value));
  return { key, request_hash: hash('sha256', canonical) };
}

const inNamespace = ({ user_id, account }: Pick<Actor, 'user_id' | 'account'>, given: string): string =>
  account ? JSON.stringify([user_id, given]) : given;

const isEmpty = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

const sortedEntries = (value: object): [string, unknown][] =>
  Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(sortedEntries(value))
    : value;

/** Returns the error for a key that was used for a different request. */
export const conflict = (): DomainError =>
  new DomainError(
    'conflict',
    'idempotency_conflict',
    'This Idempotency-Key was already used for a different request on this account. Use a new key for each request.',
  );

/** The record of a used key: the digest of the request, and the id of the resource it created, if any. */
export interface KnownKey {
  request_hash: string;
  resource_id: string | null;
  /** Organization that paid instead and has the resource; null if the account of the key paid. */
  paid_by: string | null;
}

/** A key to record. */
export interface NewKey extends IdempotencyKey {
  resource_id: string | null;
  paid_by?: string;
}

/** The SQL on used keys. Read and written under the account's lock, so concurrent requests cannot use a key twice. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly db: Database) {}

  /** Returns which of the given keys were used on the account before. */
  async findAll(tx: Tx, user_id: string, keys: string[]): Promise<Map<string, KnownKey>> {
    if (keys.length === 0) return new Map();
    const known = await tx.idempotency_keys.findMany({ where: { user_id, idempotency_key: { in: keys } } });
    return new Map(known.map((row) => [row.idempotency_key, row]));
  }

  /**
   * Returns the record of an earlier request with this key; null when there was none.
   * @throws DomainError `idempotency_conflict` when the key was used for a different request
   */
  async find(tx: Tx, user_id: string, key: IdempotencyKey | undefined): Promise<KnownKey | null> {
    if (!key) return null;
    const known = (await this.findAll(tx, user_id, [key.key])).get(key.key);
    if (known && known.request_hash !== key.request_hash) throw conflict();
    return known ?? null;
  }

  /** Records used keys with the resources they created. */
  async record(tx: Tx, user_id: string, keys: NewKey[]): Promise<void> {
    if (keys.length === 0) return;
    const rows = keys.map(({ key, ...rest }) => ({ ...rest, user_id, idempotency_key: key }));
    await tx.idempotency_keys.createMany({ data: rows });
  }

  /** Deletes a key whose work had no effect, so that the request can be repeated: on all accounts that have it. */
  async remove(user_ids: string[], idempotency_key: string, resource_id: string): Promise<void> {
    const where = { user_id: { in: user_ids }, idempotency_key, resource_id };
    await this.db.prisma.idempotency_keys.deleteMany({ where });
  }

  /** Returns the number of pages of the table. */
  async pages(): Promise<number> {
    const [size] = await this.db.prisma.$queryRaw<{ pages: number }[]>`
      SELECT (pg_relation_size('idempotency_keys') / current_setting('block_size')::int)::int AS pages`;
    return size?.pages ?? 0;
  }

  /**
   * Deletes keys older than `hours` from a range of table pages. An index on their age would slow down every charge,
   * for a clean-up that reads the whole table once a day anyway.
   * @returns the number of deleted keys
   */
  forget(hours: number, page: number, pages: number): Promise<number> {
    return this.db.prisma.$executeRaw`
      DELETE FROM idempotency_keys
      WHERE ctid >= ${`(${String(page)},0)`}::tid AND ctid < ${`(${String(page + pages)},0)`}::tid
        AND created_at < clock_timestamp() - ${hours} * interval '1 hour'`;
  }
}
