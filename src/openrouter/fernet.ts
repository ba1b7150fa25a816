import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

// Written here because the npm package of that name carries an abandoned crypto-js of 2015; Node has both parts.

const VERSION = 0x80;
const HALF_KEY_BYTES = 16;
/** Version, time, initialisation vector. */
const IV_AT = 9;
const TEXT_AT = 25;
const MAC_BYTES = 32;

/** A key of Fernet: one half signs, the other encrypts. */
export interface FernetKey {
  readonly signing: Buffer;
  readonly encryption: Buffer;
}

/** Reads a key as Python's `cryptography` writes it: 32 bytes in base64url; null when it is none. */
export function fernetKey(text: string): FernetKey | null {
  const bytes = decoded(text);
  if (bytes.length !== 2 * HALF_KEY_BYTES) return null;
  return { signing: bytes.subarray(0, HALF_KEY_BYTES), encryption: bytes.subarray(HALF_KEY_BYTES) };
}

/** The text of a Fernet token (AES-128-CBC, HMAC-SHA256), however old; null when the key does not fit it. */
export function openFernet({ signing, encryption }: FernetKey, token: string): string | null {
  const bytes = decoded(token);
  const text = bytes.subarray(TEXT_AT, -MAC_BYTES);
  if (bytes[0] !== VERSION || text.length === 0) return null;
  const mac = createHmac('sha256', signing).update(bytes.subarray(0, -MAC_BYTES)).digest();
  if (!timingSafeEqual(mac, bytes.subarray(-MAC_BYTES))) return null;
  const decipher = createDecipheriv('aes-128-cbc', encryption, bytes.subarray(IV_AT, TEXT_AT));
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    return null; // signed, but padded wrongly: no Fernet made it
  }
}

/** Buffer.from() skips what is no base64url: only what comes out the same was all of it. */
function decoded(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text.replace(/={0,2}$/, '') ? bytes : Buffer.alloc(0);
}
