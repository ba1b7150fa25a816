import { Injectable } from '@nestjs/common';
import { writeEvents } from '../events/event-log.js';
import type { OpenrouterAccountRow } from '../generated/rows.js';
import { batched } from '../platform/database/batched.js';
import { Database, type Tx } from '../platform/database/database.js';
import { ATTEMPTS_WINDOW_MS } from '../platform/attempt-limit.js';
import { wire } from '../platform/values/wire.js';
import { rowId } from '../platform/database/row-id.js';
import type { KeyFacts } from './key-facts.js';
import { KEY_RATE_LIMIT } from './key-rate-limit.js';

/** An account with a key to store. */
export interface NewAccount extends Partial<KeyFacts> {
  user_id: string;
  email: string | null;
  encrypted_key: string;
  key_hint: string;
  last_synced: Date | null;
}

/** A stored key. */
export interface SealedKey {
  user_id: string;
  encrypted_key: string;
}

/** A stored key, re-encrypted. */
export interface ResealedKey extends SealedKey {
  resealed_key: string;
}

const KEYS_MAX = 1000;

/** All SQL on users' OpenRouter accounts. */
@Injectable()
export class OpenRouterRepository {
  /**
   * Combines the look-ups of one event loop turn into one query. Nothing is cached, so a deleted key is gone
   * immediately.
   */
  private readonly keyLoader = batched<string, string | null>(KEYS_MAX, (user_ids) => this.loadKeys(user_ids));

  constructor(private readonly db: Database) {}

  async find(user_id: string): Promise<OpenrouterAccountRow | null> {
    const row = await this.db.prisma.openrouter_accounts.findUnique({ where: { user_id } });
    return row && wire(row);
  }

  /** Returns the user's encrypted key; null if there is none or OpenRouter refused it. */
  findActiveKey(user_id: string): Promise<string | null> {
    return this.keyLoader.load(user_id);
  }

  private async loadKeys(user_ids: readonly string[]): Promise<(string | null)[]> {
    const rows = await this.db.statement<SealedKey>(
      'openrouter_active_keys',
      'SELECT user_id, encrypted_key FROM openrouter_accounts WHERE user_id = ANY ($1::text[]) AND is_active',
      [[...new Set(user_ids)]],
    );
    const byUser = new Map(rows.map((row) => [row.user_id, row.encrypted_key]));
    return user_ids.map((user_id) => byUser.get(user_id) ?? null);
  }

  /** Locks the user's attempts until the transaction ends. @returns the database's time */
  async lockAttempts(tx: Tx, user_id: string): Promise<Date> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`openrouter_key_tries ${user_id}`}, 0))`;
    const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
    return (row as { now: Date }).now;
  }

  /** Returns the times of the user's latest attempts in the hour before `now`. */
  async attempts(tx: Tx, user_id: string, now: Date): Promise<Date[]> {
    const since = new Date(now.getTime() - ATTEMPTS_WINDOW_MS);
    const rows = await tx.openrouter_key_tries.findMany({
      where: { user_id, attempted_at: { gt: since } },
      orderBy: { attempted_at: 'desc' },
      take: KEY_RATE_LIMIT.quota,
    });
    return rows.map(({ attempted_at }) => attempted_at);
  }

  /** Records an attempt and deletes those that no longer count. */
  async addAttempt(tx: Tx, user_id: string, now: Date): Promise<void> {
    const attempted_at = { lte: new Date(now.getTime() - ATTEMPTS_WINDOW_MS) };
    await tx.openrouter_key_tries.deleteMany({ where: { user_id, attempted_at } });
    await tx.openrouter_key_tries.create({ data: { id: rowId(user_id, now), user_id, attempted_at: now } });
  }

  /** Returns the accounts of two users, one of whom takes over the other's data. */
  async pair(tx: Tx, from: string, to: string) {
    const rows = await tx.openrouter_accounts.findMany({ where: { user_id: { in: [from, to] } } });
    const of = (user_id: string) => rows.find((row) => row.user_id === user_id) ?? null;
    return { moving: of(from), owned: of(to) };
  }

  /** Transfers an account to another user, with the key encrypted for that user. */
  async rename(tx: Tx, from: string, to: string, encrypted_key: string): Promise<void> {
    await tx.openrouter_accounts.updateMany({ where: { user_id: from }, data: { user_id: to, encrypted_key } });
  }

  /** Deletes an account and its attempts. */
  async forget(tx: Tx, user_id: string): Promise<void> {
    await tx.openrouter_accounts.deleteMany({ where: { user_id } });
    await tx.openrouter_key_tries.deleteMany({ where: { user_id } });
  }

  /** Stores a key, replacing an existing one. */
  async save(tx: Tx, account: NewAccount): Promise<OpenrouterAccountRow> {
    const { user_id, ...rest } = account;
    const fresh = { ...rest, is_active: true, updated_at: new Date() };
    return wire(
      await tx.openrouter_accounts.upsert({ where: { user_id }, create: { ...fresh, user_id }, update: fresh }),
    );
  }

  /** Inserts accounts; existing ones stay unchanged. @returns the inserted ones */
  async addMissing(tx: Tx, accounts: NewAccount[]): Promise<{ user_id: string }[]> {
    const select = { user_id: true };
    return tx.openrouter_accounts.createManyAndReturn({ data: accounts, skipDuplicates: true, select });
  }

  /** Stores OpenRouter's data on a key; false if the key was replaced or deleted meanwhile. */
  async update(tx: Tx, { user_id, encrypted_key }: SealedKey, facts: KeyFacts): Promise<boolean> {
    const now = new Date();
    const data = { ...facts, is_active: true, last_synced: now, updated_at: now };
    const { count } = await tx.openrouter_accounts.updateMany({ where: { user_id, encrypted_key }, data });
    return count > 0;
  }

  /** Deactivates a key; false if it was inactive already, or was replaced or deleted meanwhile. */
  async deactivate(tx: Tx, { user_id, encrypted_key }: SealedKey): Promise<boolean> {
    const now = new Date();
    const where = { user_id, encrypted_key, is_active: true };
    const data = { is_active: false, last_synced: now, updated_at: now };
    const [refused] = await tx.openrouter_accounts.updateManyAndReturn({ where, data });
    if (refused) await writeEvents(tx, [{ user_id, type: 'openrouter.key_invalid', object: refused }]);
    return refused !== undefined;
  }

  async delete(tx: Tx, user_id: string): Promise<boolean> {
    const { count } = await tx.openrouter_accounts.deleteMany({ where: { user_id } });
    return count > 0;
  }

  /** Counts the keys that are encrypted with another encryption key. */
  countOfOthers(key_id: string): Promise<number> {
    return this.db.prisma.openrouter_accounts.count({ where: notSealedWith(key_id) });
  }

  /** Returns the next keys, ordered by user, that are encrypted with another encryption key. */
  nextOfOthers(key_id: string, after: string, limit: number): Promise<SealedKey[]> {
    return this.db.prisma.openrouter_accounts.findMany({
      where: { AND: [notSealedWith(key_id), { user_id: { gt: after } }] },
      select: { user_id: true, encrypted_key: true },
      orderBy: { user_id: 'asc' },
      take: limit,
    });
  }

  /** Stores re-encrypted keys, except those replaced meanwhile. @returns how many were stored */
  reseal(tx: Tx, keys: ResealedKey[]): Promise<number> {
    return tx.$executeRaw`
      UPDATE openrouter_accounts AS account SET encrypted_key = resealed.resealed_key
      FROM unnest(
        ${keys.map((key) => key.user_id)}::text[],
        ${keys.map((key) => key.encrypted_key)}::text[],
        ${keys.map((key) => key.resealed_key)}::text[]
      ) AS resealed (user_id, encrypted_key, resealed_key)
      WHERE account.user_id = resealed.user_id AND account.encrypted_key = resealed.encrypted_key`;
  }
}

const notSealedWith = (key_id: string) => ({ NOT: { encrypted_key: { startsWith: `${key_id}.` } } });
