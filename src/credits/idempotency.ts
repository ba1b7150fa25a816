import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Tx } from '../platform/database.js';
import { DomainError } from '../platform/errors.js';

/** A caller's key for one request, with a digest of what was asked. */
export interface IdempotencyKey {
  key: string;
  request_hash: string;
}

/**
 * Ties a key to an operation and its body. Amounts in the body are canonical by then, so `1` and `"1.0"` are the same
 * request; the order of members does not count.
 */
export function idempotencyKey(key: string | undefined, operation: string, body: object): IdempotencyKey | undefined {
  if (key === undefined) return undefined;
  const canonical = JSON.stringify([operation, body], (_name, value: unknown) => sorted(value));
  return { key, request_hash: createHash('sha256').update(canonical).digest('hex') };
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a key recorded: the resource its request made, if it made one. */
export interface RecordedOutcome {
  resource_id: string | null;
}

/** Outcomes by key. Read and written under the account's lock, so a key is used once however many ask at once. */
@Injectable()
export class IdempotencyRepository {
  /**
   * The outcome of an earlier request with this key; null when there was none.
   * @throws DomainError `idempotency_conflict` when the key came with another request
   */
  async find(tx: Tx, user_id: string, key: IdempotencyKey | undefined): Promise<RecordedOutcome | null> {
    if (!key) return null;
    const known = await tx.idempotency_keys.findUnique({
      where: { user_id_idempotency_key: { user_id, idempotency_key: key.key } },
    });
    if (!known) return null;
    if (known.request_hash !== key.request_hash) {
      throw new DomainError(
        'conflict',
        'idempotency_conflict',
        'This Idempotency-Key was used for another request on this account. Use a new key for a new request.',
      );
    }
    return { resource_id: known.resource_id };
  }

  /** Remembers what the request with this key made. */
  async record(tx: Tx, user_id: string, key: IdempotencyKey | undefined, resource_id: string | null): Promise<void> {
    if (!key) return;
    const { key: idempotency_key, request_hash } = key;
    await tx.idempotency_keys.create({ data: { user_id, idempotency_key, request_hash, resource_id } });
  }
}
