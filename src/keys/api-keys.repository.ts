import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { ApiKeyRow } from '../generated/rows.js';
import { Database, type Tx } from '../platform/database/database.js';
import { newestFirst, olderThan } from '../platform/database/keyset.js';
import type { PageSlice } from '../platform/database/paging.js';
import { wire } from '../platform/values/wire.js';
import type { KeyDigest } from './secrets/key-digest.js';
import type { KeyStatus } from './key-state.js';

/** Which keys a list has; of all accounts unless one is named. */
export interface KeyFilter {
  user_id?: string;
  /** Only keys of this member. */
  member_id?: string | undefined;
  status?: KeyStatus | undefined;
  /** Whether only keys are listed that the brake has paused. */
  is_braked?: boolean;
}

/** A member of an organization whose keys are meant. */
export interface KeyOwner {
  user_id: string;
  member_id: string | null;
}

/** A key with the exact time of its last change, which identifies its state. */
export type StoredKey = ApiKeyRow & { version: string | null };

/** The last use of a key. */
export interface KeyUseTime {
  readonly id: string;
  readonly user_id: string;
  readonly last_used_at: Date;
  readonly last_used_ip: string | null;
}

/** A key to store. */
export type NewKey = Omit<ApiKeyRow, 'changed_at' | 'expiry_told_at'>;

/** Columns of a key that change after it was created. */
export type KeyChanges = Partial<Omit<NewKey, 'id' | 'user_id' | 'created_at' | 'created_by'>>;

const FIND_BY_HASH = `
  SELECT *, changed_at::text AS version FROM api_keys WHERE key_hash = ANY($1::text[])
  UNION ALL
  SELECT *, changed_at::text AS version FROM api_keys WHERE previous_hash = ANY($1::text[])`;

const CHANGED = `
  SELECT id, changed_at::text AS version FROM api_keys
  WHERE changed_at IS NOT NULL AND changed_at > clock_timestamp() - make_interval(secs => $1)`;

// a use is no change: these columns do not set changed_at
const NOTE_USES = `
  UPDATE api_keys k SET last_used_at = u.last_used_at, last_used_ip = u.last_used_ip
  FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[]) AS u (id, user_id, last_used_at, last_used_ip)
  WHERE k.id = u.id AND k.user_id = u.user_id AND (k.last_used_at IS NULL OR k.last_used_at < u.last_used_at)`;

// only working keys, and only what became due after the key was created and after its user was last told
const EXPIRING = `
  WITH due AS (
    SELECT id, user_id FROM api_keys k
    WHERE expires_at > now() AND expires_at <= now() + make_interval(days => (SELECT max(d) FROM unnest($1::int[]) AS d))
      AND revoked_at IS NULL AND paused_at IS NULL
      AND EXISTS (SELECT FROM unnest($1::int[]) AS d
        WHERE expires_at - make_interval(days => d) <= now()
          AND expires_at - make_interval(days => d) > GREATEST(k.created_at + interval '1 hour', k.expiry_told_at))
    ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
  )
  UPDATE api_keys k SET expiry_told_at = now() FROM due
  WHERE k.id = due.id AND k.user_id = due.user_id RETURNING k.*`;

/** All SQL on API keys. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly db: Database) {}

  async find(id: string): Promise<ApiKeyRow | null> {
    const row = await this.db.prisma.api_keys.findFirst({ where: { id } });
    return row && wire(row);
  }

  /** Reads a key and locks it until the end of the transaction. */
  async lock(tx: Tx, id: string): Promise<ApiKeyRow | null> {
    await tx.$queryRaw`SELECT FROM api_keys WHERE id = ${id}::uuid FOR UPDATE`;
    const row = await tx.api_keys.findFirst({ where: { id } });
    return row && wire(row);
  }

  /** Returns keys, newest first. */
  async list(filter: KeyFilter, slice: PageSlice): Promise<ApiKeyRow[]> {
    const where = { AND: [...matching(filter), olderThan(slice.after)] };
    const rows = await this.db.prisma.api_keys.findMany({ where, ...newestFirst(slice) });
    return rows.map(wire);
  }

  count(filter: KeyFilter): Promise<number> {
    return this.db.prisma.api_keys.count({ where: { AND: matching(filter) } });
  }

  /** Returns the name of a key of the account that the brake has paused; null if there is none. */
  async brakedName(user_id: string, tx: Tx | null): Promise<string | null> {
    const where = { user_id, ...BRAKED };
    return (await (tx ?? this.db.prisma).api_keys.findFirst({ where, select: { name: true } }))?.name ?? null;
  }

  async create(tx: Tx, key: NewKey): Promise<ApiKeyRow> {
    return wire(await tx.api_keys.create({ data: { ...key, metadata: key.metadata as Prisma.InputJsonObject } }));
  }

  async change(tx: Tx, { id, user_id }: Pick<ApiKeyRow, 'id' | 'user_id'>, changes: KeyChanges): Promise<ApiKeyRow> {
    const { metadata, ...others } = changes;
    const data = { ...others, ...(metadata && { metadata: metadata as Prisma.InputJsonObject }) };
    return wire(await tx.api_keys.update({ where: { id_user_id: { id, user_id } }, data }));
  }

  /** Revokes all keys of a user that are not revoked yet. @returns them */
  async revokeAll(tx: Tx, user_id: string, revoked_at: Date): Promise<ApiKeyRow[]> {
    const rows = await tx.api_keys.findMany({ where: { user_id, revoked_at: null } });
    await tx.api_keys.updateMany({ where: { user_id, revoked_at: null }, data: { revoked_at } });
    return rows.map(wire);
  }

  /** Pauses the keys of a member of an organization, or those of no member, that are not paused yet. @returns them */
  async pauseOfMember(tx: Tx, owner: KeyOwner, paused_at: Date, paused_reason: string): Promise<ApiKeyRow[]> {
    const where = { ...owner, paused_at: null, revoked_at: null };
    const rows = await tx.api_keys.findMany({ where });
    await tx.api_keys.updateMany({ where, data: { paused_at, paused_reason } });
    return rows.map(wire);
  }

  /** Gives the keys of a user to another one. */
  async transfer(tx: Tx, from: string, to: string): Promise<void> {
    await tx.api_keys.updateMany({ where: { user_id: from }, data: { user_id: to } });
  }

  /** Returns the keys that have one of the digests, as their present or their previous one. */
  findByHash(hashes: readonly string[]): Promise<StoredKey[]> {
    return this.db.statement<StoredKey>('api_keys_by_hash', FIND_BY_HASH, [hashes]);
  }

  /** Returns whether a key has the digest; inside the transaction that would add one with the same digest. */
  async isTaken(tx: Tx, key_hash: string): Promise<boolean> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`api_key:${key_hash}`}, 0))`;
    return (await tx.api_keys.count({ where: { key_hash } })) > 0;
  }

  /** Returns the keys that were changed within the last `seconds`. */
  changedWithin(seconds: number): Promise<{ id: string; version: string }[]> {
    return this.db.statement('api_keys_changed', CHANGED, [seconds]);
  }

  /** Replaces a digest, unless the secret was replaced meanwhile. */
  async rehash({ id, user_id, key_hash }: ApiKeyRow, digest: KeyDigest): Promise<void> {
    await this.db.prisma.api_keys.updateMany({ where: { id, user_id, key_hash }, data: { ...digest } });
  }

  /**
   * Notes of at most `limit` keys that their users are told now that they expire, which is due so many days before.
   * @returns these keys
   */
  async tellExpiring(tx: Tx, days: readonly number[], limit: number): Promise<ApiKeyRow[]> {
    const rows = await tx.$queryRawUnsafe<ApiKeyRow[]>(EXPIRING, days, limit);
    return rows.map((row) => wire(row));
  }

  /** Stores the last uses of keys. */
  async noteUses(uses: readonly KeyUseTime[]): Promise<void> {
    const columns = [
      uses.map(({ id }) => id),
      uses.map(({ user_id }) => user_id),
      uses.map(({ last_used_at }) => last_used_at),
      uses.map(({ last_used_ip }) => last_used_ip),
    ];
    await this.db.statement('api_keys_note_uses', NOTE_USES, columns);
  }
}

/** Keys that the brake has paused and that nobody has resumed. */
const BRAKED = { braked_model: { not: null }, revoked_at: null } satisfies Prisma.api_keysWhereInput;

function matching({ user_id, member_id, status, is_braked }: KeyFilter): Prisma.api_keysWhereInput[] {
  return [
    user_id === undefined ? {} : { user_id },
    { member_id },
    withStatus(status),
    is_braked === true ? BRAKED : {},
  ];
}

function withStatus(status: KeyStatus | undefined): Prisma.api_keysWhereInput {
  if (status === undefined) return {};
  if (status === 'revoked') return { revoked_at: { not: null } };
  const now = new Date();
  if (status === 'expired') return { revoked_at: null, expires_at: { lte: now } };
  const lasting = { revoked_at: null, OR: [{ expires_at: null }, { expires_at: { gt: now } }] };
  return { ...lasting, paused_at: status === 'paused' ? { not: null } : null };
}
