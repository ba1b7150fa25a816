import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

// Implemented here because the npm package `fernet` depends on an abandoned crypto-js of 2015; Node has both primitives.

const VERSION = 0x80;
const HALF_KEY_BYTES = 16;
/** Version, time, initialisation vector. */
const IV_AT = 9;
const TEXT_AT = 25;
const MAC_BYTES = 32;

/** A Fernet key: one half signs, the other encrypts. */
export interface FernetKey {
  readonly signing: Buffer;
  readonly encryption: Buffer;
}

/** Reads a key in the format of Python's `cryptography`: 32 bytes in base64url. Returns null if it is invalid. */
export function fernetKey(text: string): FernetKey | null {
  const bytes = decoded(text);
  if (bytes.length !== 2 * HALF_KEY_BYTES) return null;
  return { signing: bytes.subarray(0, HALF_KEY_BYTES), encryption: bytes.subarray(HALF_KEY_BYTES) };
}

/** Decrypts a Fernet token (AES-128-CBC, HMAC-SHA256) of any age. Returns null if the key does not match. */
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
    return null; // a valid signature but invalid padding: not a Fernet token
  }
}

/** Decodes base64url strictly: Buffer.from() skips invalid characters, so the result is encoded again and compared. */
function decoded(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text.replace(/={0,2}$/, '') ? bytes : Buffer.alloc(0);
}
