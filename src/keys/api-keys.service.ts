import { Injectable } from '@nestjs/common';
import type { ApiKeyRow } from '../generated/rows.js';
import { accountOf, type Actor, ownPartOf } from '../platform/actor.js';
import { storedTags } from '../platform/attribution.js';
import { Database, type Tx } from '../platform/database/database.js';
import { mapPage, type Page, paginate } from '../platform/database/paging.js';
import { rowId } from '../platform/database/row-id.js';
import { DomainError, NotFound } from '../platform/errors.js';
import { KeyRing } from '../platform/secrets/key-ring.js';
import type { ApiKeyBody, ApiKeyChanges, ApiKeysQuery, ApiKeyView, NewApiKeyView } from './api-keys.dto.js';
import { ApiKeysRepository, type KeyChanges } from './api-keys.repository.js';
import { KeyModelsRepository } from './brake/key-models.repository.js';
import { storedDigest } from './secrets/key-digest.js';
import { assertReadable, assertWithin, defaultLimits, defaultScopes, hasBrakeByDefault } from './key-powers.js';
import { type KeyPrefix, makeSecret, startOf } from './secrets/key-secret.js';
import { type KeyAction, KeyLog } from './key-log.js';
import { viewOf } from './key-view.js';
import { KnownKeys } from './callers/known-keys.js';

/** Decides on a change of a key: the new columns, and what the audit log tells of them. */
interface Decision {
  changes: KeyChanges;
  facts?: Record<string, unknown>;
}
type Decide = (key: ApiKeyRow, now: Date, tx: Tx) => Decision | Promise<Decision>;

/**
 * API keys of users and backends. Users manage their own keys, services also the keys of role user of other users, and
 * admins all. Every change is in the audit log.
 */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly db: Database,
    private readonly keys: ApiKeysRepository,
    private readonly models: KeyModelsRepository,
    private readonly log: KeyLog,
    private readonly ring: KeyRing,
    private readonly memory: KnownKeys,
  ) {}

  /**
   * Creates a key and returns its secret, which is stored nowhere.
   * @throws InvalidInput; DomainError forbidden `key_exceeds_creator`; invalid `invalid_expiry`; unavailable
   *   `encryption_not_configured`
   */
  async create(actor: Actor, { user_id: named, prefix, ...body }: ApiKeyBody): Promise<NewApiKeyView> {
    const user_id = accountOf(actor, named);
    const defaults = { ...defaultLimits(actor), brake: hasBrakeByDefault(body.role, actor) };
    const given = { ...defaults, scopes: defaultScopes(body.role, actor), ...withoutGaps(body) };
    const created_at = new Date();
    assertReadable(given);
    assertFuture(given.expires_at, created_at);
    assertWithin(actor, given);
    const secret = makeSecret(prefix);
    const row = {
      ...NEVER_USED,
      ...given,
      id: rowId(user_id, created_at),
      user_id,
      tags: storedTags(body.tags) ?? [],
      member_id: memberOf(actor, body.member_id),
      metadata: body.metadata ?? {},
      prefix,
      start: startOf(secret, prefix),
      ...storedDigest(this.ring, secret),
      created_by: actor.user_id,
      created_at,
    };
    const key = await this.db.transaction(async (tx) => {
      const created = await this.keys.create(tx, row);
      await this.log.record(tx, actor, 'create', created, factsOf(created));
      return created;
    });
    return { ...viewOf(key, created_at), key: secret };
  }

  /** Returns a page of the keys of an account, newest first. @throws InvalidInput for an invalid cursor */
  async list(actor: Actor, { user_id: named, status, ...page }: ApiKeysQuery): Promise<Page<ApiKeyView>> {
    const now = new Date();
    const found = await paginate(
      this.keys,
      { user_id: accountOf(actor, named), member_id: ownPartOf(actor, SCOPE), status },
      page,
    );
    return mapPage(found, (key) => viewOf(key, now));
  }

  /** Returns a key. @throws NotFound */
  async get(actor: Actor, id: string): Promise<ApiKeyView> {
    return viewOf(manageable(actor, await this.keys.find(id)), new Date());
  }

  /**
   * Changes a key; what is left out stays.
   * @throws NotFound; InvalidInput; DomainError forbidden `key_exceeds_creator`; conflict `key_revoked`; invalid
   *   `invalid_expiry`
   */
  update(actor: Actor, id: string, body: ApiKeyChanges): Promise<ApiKeyView> {
    const given = withoutGaps(body);
    return this.change(actor, id, 'update', (key, now) => {
      assertReadable(given);
      assertFuture(given.expires_at ?? null, now);
      assertWithin(actor, { ...key, ...given });
      const member = 'member_id' in given ? { member_id: memberOf(actor, given.member_id) } : {};
      const changes = { ...given, ...member, ...(given.tags && { tags: storedTags(given.tags) ?? [] }) };
      return { changes, facts: { fields: Object.keys(changes) } };
    });
  }

  /**
   * Replaces the secret of a key. The old one still works for `grace_seconds`; one that was replaced before stops.
   * @throws NotFound; DomainError forbidden `key_exceeds_creator`; conflict `key_revoked`; unavailable
   *   `encryption_not_configured`
   */
  async rotate(actor: Actor, id: string, grace_seconds: number): Promise<NewApiKeyView> {
    let secret = '';
    const key = await this.change(actor, id, 'rotate', (old, now) => {
      assertWithin(actor, old);
      const prefix = (old.prefix ?? 'tg_live_') as KeyPrefix;
      secret = makeSecret(prefix);
      const changes = {
        ...storedDigest(this.ring, secret),
        prefix,
        start: startOf(secret, prefix),
        previous_hash: old.key_hash,
        previous_hash_alg: old.hash_alg,
        previous_expires_at: new Date(now.getTime() + grace_seconds * 1000),
        rotated_at: now,
      };
      return { changes, facts: { previous_start: old.start, grace_seconds } };
    });
    return { ...key, key: secret };
  }

  /** Pauses a key: its calls are refused until it is resumed. @throws NotFound; DomainError conflict `key_revoked` */
  pause(actor: Actor, id: string, reason: string | undefined): Promise<ApiKeyView> {
    return this.change(actor, id, 'pause', (key, now) => {
      const changes = { paused_at: key.paused_at ?? now, paused_reason: reason ?? null };
      return { changes, facts: { reason: reason ?? null } };
    });
  }

  /**
   * Resumes a paused key. A key that is not paused stays as it is. What the brake paused it for is allowed from now on.
   * @throws NotFound; DomainError forbidden `key_exceeds_creator`; conflict `key_revoked`
   */
  resume(actor: Actor, id: string): Promise<ApiKeyView> {
    return this.change(actor, id, 'resume', async (key, _now, tx) => {
      assertWithin(actor, key);
      await this.models.allow(tx, key);
      const { braked_model, braked_burn } = key;
      const changes = { paused_at: null, paused_reason: null, braked_model: null, braked_burn: null };
      return { changes, facts: braked_model === null ? {} : { braked_model, braked_burn } };
    });
  }

  /** Revokes a key for good. Safe to repeat. @throws NotFound */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const key = manageable(actor, await this.keys.lock(tx, id));
      if (key.revoked_at !== null) return;
      await this.keys.change(tx, key, { revoked_at: new Date() });
      await this.log.record(tx, actor, 'revoke', key);
    });
    this.memory.forget(id);
  }

  /** Revokes all keys of a user whose erasure is requested. */
  async revokeAll(tx: Tx, actor: Actor, user_id: string): Promise<void> {
    for (const key of await this.keys.revokeAll(tx, user_id, new Date())) {
      await this.log.record(tx, actor, 'revoke', key);
    }
  }

  /**
   * Pauses the keys of a member who leaves an organization, or those of no member when it is closed. Call {@link forget} with the result once that is committed.
   */
  async pauseOfMember(tx: Tx, actor: Actor, user_id: string, member_id: string | null): Promise<string[]> {
    const keys = await this.keys.pauseOfMember(tx, { user_id, member_id }, new Date(), LEFT);
    for (const key of keys) await this.log.record(tx, actor, 'pause', key, { reason: LEFT });
    return keys.map(({ id }) => id);
  }

  /** Makes this instance look the keys up again. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.memory.forget(id);
  }

  /** Gives the keys of an account to the user who takes it over; they keep working. */
  transfer(tx: Tx, from: string, to: string): Promise<void> {
    return this.keys.transfer(tx, from, to);
  }

  private async change(actor: Actor, id: string, action: KeyAction, decide: Decide): Promise<ApiKeyView> {
    const view = await this.db.transaction(async (tx) => {
      const key = manageable(actor, await this.keys.lock(tx, id));
      if (key.revoked_at !== null) {
        throw new DomainError('conflict', 'key_revoked', 'The API key is revoked. Create a new one.');
      }
      const now = new Date();
      const { changes, facts } = await decide(key, now, tx);
      const changed = await this.keys.change(tx, key, changes);
      await this.log.record(tx, actor, action, changed, facts);
      return viewOf(changed, now);
    });
    this.memory.forget(id);
    return view;
  }
}

const SCOPE = 'keys:manage';
const LEFT = 'The member left the organization';

/**
 * Returns the member whose work a key does: for an organization, the one who creates it unless another one, or null for
 * nobody, is named. Who only manages its own keys cannot name another member.
 * @throws DomainError forbidden `key_exceeds_creator`
 */
function memberOf(actor: Actor, named: string | null | undefined): string | null {
  const own = actor.account?.role ? actor.user_id : (actor.api_key?.member_id ?? null);
  const member_id = named === undefined ? own : named;
  const limited = ownPartOf(actor, SCOPE);
  if (limited === undefined || member_id === limited) return member_id;
  const detail = 'Only owners and admins of an organization create keys for others; leave member_id out.';
  throw new DomainError('forbidden', 'key_exceeds_creator', detail, { field: 'member_id' });
}

const NEVER_USED = {
  previous_hash: null,
  previous_hash_alg: null,
  previous_expires_at: null,
  rotated_at: null,
  paused_at: null,
  paused_reason: null,
  braked_model: null,
  braked_burn: null,
  revoked_at: null,
  last_used_at: null,
  last_used_ip: null,
};

const factsOf = ({ role, scopes, expires_at }: ApiKeyRow): Record<string, unknown> => {
  return { role, scopes, expires_at: expires_at?.toISOString() ?? null };
};

/** Returns the key if the actor manages it. @throws NotFound if there is none, or it is somebody else's */
function manageable(actor: Actor, key: ApiKeyRow | null): ApiKeyRow {
  const member = ownPartOf(actor, SCOPE);
  if (key?.user_id === accountOf(actor, undefined) && (member === undefined || key.member_id === member)) return key;
  if (key && actor.roles.includes('admin')) return key;
  if (key?.role === 'user' && actor.roles.includes('service')) return key;
  throw new NotFound('API key');
}

/** @throws DomainError `invalid_expiry` */
function assertFuture(expires_at: Date | null, now: Date): void {
  if (expires_at === null || expires_at > now) return;
  throw new DomainError('invalid', 'invalid_expiry', 'expires_at must be in the future.', {
    errors: [{ field: 'expires_at', message: 'must be in the future' }],
  });
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Returns an object without the members that are undefined. */
function withoutGaps<T extends object>(given: T): Given<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given<T>;
}
