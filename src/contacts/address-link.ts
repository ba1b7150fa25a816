import { hash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** The secret of a link that confirms an address. Only its digest is stored. */
export interface AddressLink {
  readonly token: string;
  readonly hash: string;
}

/** Makes the secret of a link: whose address it confirms, and 256 random bits. */
export function makeAddressLink(user_id: string): AddressLink {
  const token = `${Buffer.from(user_id).toString('base64url')}.${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { token, hash: digestOf(token) };
}

/** Returns whose address a link confirms, and the digest of its secret. */
export function readAddressLink(token: string): { user_id: string; hash: string } {
  return { user_id: Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'), hash: digestOf(token) };
}

const digestOf = (token: string): string => hash('sha256', token, 'hex');
