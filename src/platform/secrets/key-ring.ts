import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { DomainError } from '../errors.js';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** The ciphertext was encrypted with a key that is not in the ring or for another owner, or was tampered with. */
export class UnreadableSecret extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`A stored secret cannot be decrypted: ${why}`, options);
    this.name = 'UnreadableSecret';
  }
}

/**
 * Keys that secrets are encrypted with. New secrets use the first key; existing ones name the key they were encrypted
 * with, so keys can be rotated without downtime.
 */
export class KeyRing {
  /** A ring without keys cannot encrypt or decrypt. */
  constructor(private readonly keys: ReadonlyMap<string, Buffer> = new Map()) {}

  /** Parses `id:base64,id:base64`, 32 bytes each, the current key first. Returns null if the format is invalid. */
  static parse(text: string): KeyRing | null {
    const entries = text.split(',').map((entry) => entry.trim().split(':'));
    const keys = new Map(entries.map(([id = '', encoded = '']) => [id, Buffer.from(encoded, 'base64')]));
    const isValid = entries.every(([id = '', encoded = '', ...rest]) => rest.length === 0 && isKey(id, encoded));
    return isValid && keys.size === entries.length ? new KeyRing(keys) : null;
  }

  /** Generates a ring with one new key, in the format of {@link KeyRing.parse}. */
  static make(id: string): string {
    return `${id}:${randomBytes(KEY_BYTES).toString('base64')}`;
  }

  /**
   * Id of the key that new secrets are encrypted with.
   * @throws DomainError `encryption_not_configured` if there is none
   */
  get current_id(): string {
    const [current] = this.keys.keys();
    if (current !== undefined) return current;
    throw new DomainError(
      'unavailable',
      'encryption_not_configured',
      'User secrets cannot be stored here: the operator must set ENCRYPTION_KEYS.',
    );
  }

  /** @throws DomainError `encryption_not_configured` if there is no key */
  assertConfigured(): void {
    this.key(this.current_id);
  }

  /**
   * Encrypts a text for `owner`. Decrypting needs the same owner, so a secret copied to another row is useless. The
   * result contains the key id.
   * @throws DomainError `encryption_not_configured`
   */
  seal(secret: string, owner: string): string {
    const { current_id } = this;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key(current_id), nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${current_id}.${sealed.toString('base64url')}`;
  }

  /** @throws UnreadableSecret */
  open(sealed: string, owner: string): string {
    const [id = '', encoded = ''] = sealed.split('.');
    const key = this.key(id);
    const bytes = Buffer.from(encoded, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new UnreadableSecret('it is truncated');
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(owner))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch (error) {
      throw new UnreadableSecret(`it does not match its owner and key ${id}`, { cause: error });
    }
  }

  /** Ids of all keys, the current one first. */
  get ids(): string[] {
    return [...this.keys.keys()];
  }

  /** Returns a digest of a text keyed with the current key; null without a key. */
  fingerprint(text: string): string | null {
    return this.fingerprints(text)[0] ?? null;
  }

  /** Returns the digests of a text with every key, the current one first. */
  fingerprints(text: string): string[] {
    return [...this.keys.values()].map((key) => createHmac('sha256', key).update(`fingerprint\n${text}`).digest('hex'));
  }

  private key(id: string): Buffer {
    const key = this.keys.get(id);
    if (key) return key;
    throw new UnreadableSecret(`key ${KEY_ID.test(id) ? id : '?'} is not in ENCRYPTION_KEYS`);
  }
}

/** Buffer.from() skips characters that are not base64, so the result is encoded again and compared. */
function isKey(id: string, encoded: string): boolean {
  const bytes = Buffer.from(encoded, 'base64');
  return KEY_ID.test(id) && bytes.length === KEY_BYTES && bytes.toString('base64') === encoded;
}
