import { timingSafeEqual } from 'node:crypto';
import type { KeyRing } from '../platform/secrets/key-ring.js';
import { parsedOrNull } from '../platform/values/json-text.js';
import { isNoticeKind, type NoticeKind } from './notices/kinds.js';

/** What a link to unsubscribe switches off: mails of a kind to a person. */
export interface Subscription {
  readonly user_id: string;
  readonly kind: NoticeKind;
}

const PURPOSE = 'unsubscribe';

/** Returns the signed token of a link to unsubscribe. It never expires, because mails are kept. Null without a key. */
export function unsubscribeToken(ring: KeyRing, { user_id, kind }: Subscription): string | null {
  const content = Buffer.from(JSON.stringify([user_id, kind])).toString('base64url');
  const signature = ring.fingerprint(`${PURPOSE}\n${content}`);
  return signature && `${content}.${signature}`;
}

/** Returns what a token is good for; null if it was not signed with a key of the ring. */
export function subscriptionOf(ring: KeyRing, token: string): Subscription | null {
  const [content = '', signature = ''] = token.split('.');
  const given = Buffer.from(signature);
  const isSigned = ring
    .fingerprints(`${PURPOSE}\n${content}`)
    .map((expected) => Buffer.from(expected))
    .some((expected) => expected.length === given.length && timingSafeEqual(expected, given));
  const value = isSigned ? parsedOrNull(Buffer.from(content, 'base64url').toString('utf8')) : null;
  if (!Array.isArray(value)) return null;
  const [user_id, kind] = value as unknown[];
  return typeof user_id === 'string' && typeof kind === 'string' && isNoticeKind(kind) ? { user_id, kind } : null;
}
