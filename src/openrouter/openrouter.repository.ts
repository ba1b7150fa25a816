import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import type { OpenrouterAccountRow } from '../generated/rows.js';
import { Database, type Tx } from '../platform/database.js';
import { TRIES_WINDOW_MS } from '../platform/try-limit.js';
import { wire } from '../platform/wire.js';
import { rowId } from '../platform/row-id.js';
import type { KeyFacts } from './key-facts.js';
import { KEY_TRIES } from './key-tries.js';

/** A key to store. */
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

/** A stored key under another encryption. */
export interface ResealedKey extends SealedKey {
  resealed_key: string;
}

const KEYS_MAX = 1000;

/** All SQL on users' own accounts at OpenRouter. */
@Injectable()
export class OpenRouterRepository {
  /** Look-ups of one turn of the event loop become one query. Nothing is kept: a key that was deleted is gone at once. */
  private readonly keyLoader = new DataLoader<string, string | null>((user_ids) => this.loadKeys(user_ids), {
    cache: false,
    maxBatchSize: KEYS_MAX,
    batchScheduleFn: (flush) => setImmediate(flush),
  });

  constructor(private readonly db: Database) {}

  async find(user_id: string): Promise<OpenrouterAccountRow | null> {
    const row = await this.db.prisma.openrouter_accounts.findUnique({ where: { user_id } });
    return row && wire(row);
  }

  /** The key that calls of a user are made with, as it is stored; null when there is none, or OpenRouter refused it. */
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

  /** Lets nobody else note tries of the user until the transaction ends. @returns the time then */
  async lockTries(tx: Tx, user_id: string): Promise<Date> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`openrouter_key_tries ${user_id}`}, 0))`;
    const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
    return (row as { now: Date }).now;
  }

  /** When a user made the newest tries at keys of the hour before `now`. */
  async tries(tx: Tx, user_id: string, now: Date): Promise<Date[]> {
    const since = new Date(now.getTime() - TRIES_WINDOW_MS);
    const rows = await tx.openrouter_key_tries.findMany({
      where: { user_id, attempted_at: { gt: since } },
      orderBy: { attempted_at: 'desc' },
      take: KEY_TRIES.quota,
    });
    return rows.map(({ attempted_at }) => attempted_at);
  }

  /** Notes a try, and forgets those that count no more. */
  async addTry(tx: Tx, user_id: string, now: Date): Promise<void> {
    const attempted_at = { lte: new Date(now.getTime() - TRIES_WINDOW_MS) };
    await tx.openrouter_key_tries.deleteMany({ where: { user_id, attempted_at } });
    await tx.openrouter_key_tries.create({ data: { id: rowId(user_id, now), user_id, attempted_at: now } });
  }

  /** The accounts of two users, of whom one takes over what the other has. */
  async pair(tx: Tx, from: string, to: string) {
    const rows = await tx.openrouter_accounts.findMany({ where: { user_id: { in: [from, to] } } });
    const of = (user_id: string) => rows.find((row) => row.user_id === user_id) ?? null;
    return { moving: of(from), owned: of(to) };
  }

  /** Gives an account to another user, with the key encrypted for that one. */
  async rename(tx: Tx, from: string, to: string, encrypted_key: string): Promise<void> {
    await tx.openrouter_accounts.updateMany({ where: { user_id: from }, data: { user_id: to, encrypted_key } });
  }

  /** Forgets an account and the tries at keys for it. */
  async forget(tx: Tx, user_id: string): Promise<void> {
    await tx.openrouter_accounts.deleteMany({ where: { user_id } });
    await tx.openrouter_key_tries.deleteMany({ where: { user_id } });
  }

  /** Keeps the key in place of the one before, if any. */
  async save(tx: Tx, account: NewAccount): Promise<OpenrouterAccountRow> {
    const { user_id, ...rest } = account;
    const fresh = { ...rest, is_active: true, updated_at: new Date() };
    return wire(
      await tx.openrouter_accounts.upsert({ where: { user_id }, create: { ...fresh, user_id }, update: fresh }),
    );
  }

  /** The accounts that were new; those of users who had one are left as they are. */
  async addMissing(tx: Tx, accounts: NewAccount[]): Promise<{ user_id: string }[]> {
    const select = { user_id: true };
    return tx.openrouter_accounts.createManyAndReturn({ data: accounts, skipDuplicates: true, select });
  }

  /** Writes down what OpenRouter said of a key; false when another key took its place meanwhile, or none. */
  async update(tx: Tx, { user_id, encrypted_key }: SealedKey, facts: KeyFacts): Promise<boolean> {
    const now = new Date();
    const data = { ...facts, is_active: true, last_synced: now, updated_at: now };
    const { count } = await tx.openrouter_accounts.updateMany({ where: { user_id, encrypted_key }, data });
    return count > 0;
  }

  /** Puts a key out of use; false when it was before, or when another key took its place meanwhile, or none. */
  async deactivate(tx: Tx, { user_id, encrypted_key }: SealedKey): Promise<boolean> {
    const now = new Date();
    const where = { user_id, encrypted_key, is_active: true };
    const data = { is_active: false, last_synced: now, updated_at: now };
    const { count } = await tx.openrouter_accounts.updateMany({ where, data });
    return count > 0;
  }

  async delete(tx: Tx, user_id: string): Promise<boolean> {
    const { count } = await tx.openrouter_accounts.deleteMany({ where: { user_id } });
    return count > 0;
  }

  /** How many keys are encrypted with another key than this one. */
  countOfOthers(key_id: string): Promise<number> {
    return this.db.prisma.openrouter_accounts.count({ where: notSealedWith(key_id) });
  }

  /** The next keys, by user, that are encrypted with another key than this one. */
  nextOfOthers(key_id: string, after: string, limit: number): Promise<SealedKey[]> {
    return this.db.prisma.openrouter_accounts.findMany({
      where: { AND: [notSealedWith(key_id), { user_id: { gt: after } }] },
      select: { user_id: true, encrypted_key: true },
      orderBy: { user_id: 'asc' },
      take: limit,
    });
  }

  /** Puts keys under another encryption, but none that was replaced meanwhile. @returns how many it were */
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
