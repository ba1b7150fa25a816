import { hash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import pLimit from 'p-limit';
import type { ApiKeyRow } from '../../generated/rows.js';
import type { Caller, KeyInUse } from '../../platform/actor.js';
import { batched } from '../../platform/database/batched.js';
import { DomainError } from '../../platform/errors.js';
import { isScope } from '../../platform/scopes.js';
import { KeyRing } from '../../platform/secrets/key-ring.js';
import { addressCheck } from './address-ranges.js';
import { ApiKeysRepository, type StoredKey } from '../api-keys.repository.js';
import { type KeyDigest, matches, possibleDigests, storedDigest } from '../secrets/key-digest.js';
import { keyFault } from './key-faults.js';
import { isIntact, isOurs } from '../secrets/key-secret.js';
import { KeyUses } from './key-uses.js';
import { type KnownKey, KnownKeys } from './known-keys.js';

/** Most secrets of one look-up, and most look-ups at a time: wrong keys must not take the database from others. */
const BATCH_MAX = 100;
const LOOK_UPS_MAX = 2;
/** How often a use of a key is stored, per instance. */
const NOTE_EVERY_MS = 60_000;
/** Secrets of other systems: a word without the dots of a JWT. */
const FOREIGN = /^[\w~+/=-]{8,255}$/;

/** Finds out who calls with an API key. */
@Injectable()
export class KeyCallers {
  private readonly log = new Logger('api keys');
  private readonly slots = pLimit(LOOK_UPS_MAX);
  private readonly lookUp = batched<string, KnownKey | null>(BATCH_MAX, (secrets) =>
    this.slots(() => this.lookUpAll(secrets)),
  );

  constructor(
    private readonly keys: ApiKeysRepository,
    private readonly memory: KnownKeys,
    private readonly uses: KeyUses,
    private readonly ring: KeyRing,
  ) {}

  /** Returns whether a token may be an API key. A JWT is none. */
  isCandidate(token: string): boolean {
    return isOurs(token) || FOREIGN.test(token);
  }

  /** Returns the caller if the key was verified recently and works; otherwise undefined. */
  known(token: string, address: string): Caller | undefined {
    const known = this.memory.find(digestOf(token));
    if (!known || keyFault(known, address, Date.now())) return undefined;
    this.note(known, address);
    return known.caller;
  }

  /**
   * Verifies a key and returns its caller. An unknown key and a wrong one are the same: there is no such digest.
   * @throws DomainError unauthenticated `invalid_token`, `key_revoked`, `key_expired` or `key_rotated`; forbidden
   *   `key_paused` or `key_address_not_allowed`
   */
  async verify(token: string, address: string): Promise<Caller> {
    const known = this.memory.find(digestOf(token)) ?? (await this.find(token));
    const fault = keyFault(known, address, Date.now());
    if (fault) throw fault;
    this.note(known, address);
    return known.caller;
  }

  private async find(token: string): Promise<KnownKey> {
    if (isOurs(token) && !isIntact(token)) {
      throw refusal('The API key is mistyped or cut off: its checksum is wrong. Copy the whole key.');
    }
    const read_ms = performance.now();
    const known = await this.lookUp.load(token);
    if (!known) throw refusal('The API key is not valid.');
    this.memory.remember(digestOf(token), known, read_ms);
    if (!known.is_previous) this.renewDigest(known.key, token);
    return known;
  }

  /** Looks up many secrets in one statement. Returns a key, or null, for each. */
  private async lookUpAll(secrets: readonly string[]): Promise<(KnownKey | null)[]> {
    const digests = secrets.map((secret) => possibleDigests(this.ring, secret));
    const hashes = digests.flatMap((some) => some.map(({ key_hash }) => key_hash));
    const rows = await this.keys.findByHash(hashes);
    return digests.map((some) => ownerOf(some, rows));
  }

  /** Replaces a digest of another system, or of an encryption key that is no longer the current one. */
  private renewDigest(key: ApiKeyRow, secret: string): void {
    if (this.ring.ids.length === 0) return;
    const digest = storedDigest(this.ring, secret);
    if (digest.hash_alg === key.hash_alg) return;
    this.keys.rehash(key, digest).catch((error: unknown) => this.log.warn(error));
  }

  private note(known: KnownKey, last_used_ip: string): void {
    const now = Date.now();
    if (now - known.noted_ms < NOTE_EVERY_MS) return;
    known.noted_ms = now;
    const { id, user_id } = known.key;
    this.uses.note({ id, user_id, last_used_at: new Date(now), last_used_ip });
  }
}

/** Returns the key that a secret belongs to; a key that was not revoked if there are several. */
function ownerOf(digests: readonly KeyDigest[], rows: readonly StoredKey[]): KnownKey | null {
  const found = rows.flatMap((row) => {
    if (matches(row, digests)) return [knownKey(row, false)];
    const { previous_hash: key_hash, previous_hash_alg: hash_alg } = row;
    const isPrevious = key_hash !== null && hash_alg !== null && matches({ key_hash, hash_alg }, digests);
    return isPrevious ? [knownKey(row, true)] : [];
  });
  return found.find(({ key }) => key.revoked_at === null) ?? found[0] ?? null;
}

function knownKey({ version, ...key }: StoredKey, is_previous: boolean): KnownKey {
  const noted_ms = key.last_used_at?.getTime() ?? 0;
  return {
    id: key.id,
    key,
    version,
    is_previous,
    caller: callerOf(key),
    admits: addressCheck(key.allowed_cidrs),
    noted_ms,
  };
}

function callerOf(key: ApiKeyRow): Caller {
  const { user_id, role, scopes, expires_at } = key;
  const sign_in = { method: 'api_key' as const, expires_at };
  return { user_id, roles: [role], scopes: scopes.filter(isScope), sign_in, api_key: inUse(key) };
}

function inUse(key: ApiKeyRow): KeyInUse {
  const { id, name, member_id, tags, allowed_models, denied_models, allowed_services, allowed_cidrs } = key;
  const { requests_per_minute, tokens_per_minute, brake } = key;
  const lists = { tags, allowed_models, denied_models, allowed_services, allowed_cidrs };
  return { id, name, member_id, ...lists, requests_per_minute, tokens_per_minute, brake };
}

const digestOf = (token: string): string => hash('sha256', token, 'base64');

const refusal = (message: string): DomainError => new DomainError('unauthenticated', 'invalid_token', message);
