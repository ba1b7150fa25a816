import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 16;
const SECRET_BYTES = 32;

/**
 * Secret tokens that contain the id of their row, so that it is found, and 256 random bits. Only the digest of a token is
 * stored.
 */
export class IdTokens {
  private readonly form: RegExp;

  /** @param prefix how the tokens of this kind begin */
  constructor(private readonly prefix: string) {
    this.form = new RegExp(`^${prefix}[A-Za-z0-9_-]{${((ID_BYTES + SECRET_BYTES) * 4) / 3}}$`);
  }

  /** Returns whether a text claims to be a token of this kind. */
  isOne(text: string): boolean {
    return text.startsWith(this.prefix);
  }

  /** Generates the token of a row. */
  make(id: string): { token: string; token_hash: string } {
    const bytes = Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), randomBytes(SECRET_BYTES)]);
    const token = `${this.prefix}${bytes.toString('base64url')}`;
    return { token, token_hash: digestOf(token) };
  }

  /** Returns the id of the row that a token belongs to; null if the text is no such token. */
  idOf(token: string): string | null {
    if (!this.form.test(token)) return null;
    const hex = Buffer.from(token.slice(this.prefix.length), 'base64url').toString('hex', 0, ID_BYTES);
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  /** Returns whether a digest is that of the token, in constant time. */
  matches(token: string, token_hash: string): boolean {
    return timingSafeEqual(Buffer.from(digestOf(token)), Buffer.from(token_hash));
  }
}

const digestOf = (token: string): string => hash('sha256', token, 'hex');
