import { hash, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from '../../platform/secrets/key-ring.js';

/** How the secrets of imported keys were hashed by the systems that they come from. */
export const SHA_256 = 'sha256';
const HMAC = 'hmac-sha256';

/** A digest of a secret, and how it was computed. */
export interface KeyDigest {
  readonly key_hash: string;
  readonly hash_alg: string;
}

/** Returns the digest under which a new secret is stored. @throws DomainError `encryption_not_configured` */
export function storedDigest(ring: KeyRing, secret: string): KeyDigest {
  const hash_alg = algorithmOf(ring.current_id);
  const [key_hash = ''] = ring.fingerprints(textOf(secret));
  return { key_hash, hash_alg };
}

/** Returns every digest under which a secret may be stored: with each encryption key, and as other systems do. */
export function possibleDigests(ring: KeyRing, secret: string): KeyDigest[] {
  const ids = ring.ids;
  const ours = ring.fingerprints(textOf(secret)).map((key_hash, i) => {
    return { key_hash, hash_alg: algorithmOf(ids[i] ?? '') };
  });
  return [...ours, { key_hash: hash('sha256', secret, 'hex'), hash_alg: SHA_256 }];
}

/** Returns whether a stored digest is one of those of a secret; the time it takes depends on neither. */
export function matches(stored: KeyDigest, digests: readonly KeyDigest[]): boolean {
  const expected = Buffer.from(stored.key_hash);
  let isMatch = false;
  for (const { key_hash, hash_alg } of digests) {
    const isSame = timingSafeEqual(Buffer.from(key_hash), expected);
    if (isSame && hash_alg === stored.hash_alg) isMatch = true;
  }
  return isMatch;
}

const algorithmOf = (key_id: string): string => `${HMAC}:${key_id}`;

/** Keeps these digests apart from those of other texts under the same encryption key. */
const textOf = (secret: string): string => `api key\n${secret}`;
