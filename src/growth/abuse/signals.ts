import type { mail_class, signal_kind } from '../../generated/prisma/enums.js';
import type { KeyRing } from '../../platform/secrets/key-ring.js';
import { readAddress } from '../../mail/address.js';
import { addressBlock } from './address-block.js';
import { readMailAddress } from './mail-address.js';

/** What is known about a person, as it came in. It is only ever stored as {@link Signal}s. */
export interface Observation {
  email?: string | undefined;
  /** Whether the address is known to be the person's. */
  is_verified?: boolean;
  /** IP address. */
  ip?: string | undefined;
  /** What the platform calls the person's device. */
  device?: string | undefined;
  /** What the payment provider calls the card. */
  card?: string | undefined;
  /** The person's own API key of a provider. */
  own_key?: string | undefined;
}

/** A keyed digest of something that can tell whether two accounts belong to one person. */
export interface Signal {
  kind: signal_kind;
  digest: string;
  is_verified: boolean;
  mail_class: mail_class | null;
}

/**
 * Returns the digests of what is known, one for each key of the ring, so that a new key does not make accounts look new.
 * A domain where everybody can get an address tells nothing and is left out.
 */
export function signalsOf(ring: KeyRing, seen: Observation): Signal[] {
  const address = readAddress(seen.email);
  const mail = address === null ? null : readMailAddress(address);
  const { is_verified = false } = seen;
  const values: [signal_kind, string | null | undefined, Pick<Signal, 'is_verified' | 'mail_class'>?][] = [
    ['email', mail?.mailbox, { is_verified, mail_class: mail?.mail_class ?? null }],
    ['email_domain', mail?.mail_class === 'other' ? mail.domain : null],
    ['address_block', seen.ip === undefined ? null : addressBlock(seen.ip)],
    ['device', seen.device],
    ['card', seen.card],
    ['own_key', seen.own_key],
  ];
  return values.flatMap(([kind, value, more = { is_verified: false, mail_class: null }]) =>
    (value ? ring.fingerprints(`signal\n${kind}\n${value}`) : []).map((digest) => ({ kind, digest, ...more })),
  );
}
