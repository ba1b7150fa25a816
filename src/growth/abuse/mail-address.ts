import { isDisposableEmailDomain } from 'disposable-email-domains-js';
import freeMail from 'email-providers/all.json' with { type: 'json' };
import validator from 'validator';
import type { mail_class } from '../../generated/prisma/enums.js';

/** Domains of one provider whose names stand for the same mailbox, beyond those that `validator` knows. */
const SAME_MAILBOX: Record<string, string> = {
  'me.com': 'icloud.com',
  'mac.com': 'icloud.com',
  'protonmail.com': 'proton.me',
  'protonmail.ch': 'proton.me',
  'pm.me': 'proton.me',
};
const FREE_MAIL = new Set(freeMail);

/** What of an e-mail address tells whether somebody registers repeatedly. */
export interface MailAddress {
  /** The mailbox that the address belongs to, without tags and other spellings. */
  mailbox: string;
  domain: string;
  mail_class: mail_class;
}

/**
 * Returns the mailbox of a valid e-mail address, so that all spellings of one mailbox are equal: lower case, without a
 * `+tag`, and for large providers without what they ignore, such as dots at Gmail and Proton.
 */
export function readMailAddress(email: string): MailAddress {
  const normalized = validator.normalizeEmail(withoutTag(email)) || email.toLowerCase();
  const at = normalized.lastIndexOf('@');
  const given = normalized.slice(at + 1);
  const domain = SAME_MAILBOX[given] ?? given;
  const name = normalized.slice(0, at);
  const mailbox = `${domain === 'proton.me' ? name.replace(/[._-]/g, '') : name}@${domain}`;
  return { mailbox, domain, mail_class: classOf(given) };
}

/** Removes `+tag`, unless nothing but the tag stands before the @. */
const withoutTag = (email: string): string => email.replace(/^([^+]+)\+.*@/, '$1@');

/** A subdomain of a disposable domain is disposable, too. */
function classOf(domain: string): mail_class {
  const labels = domain.split('.');
  const parents = labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'));
  if (parents.some((parent) => isDisposableEmailDomain(parent))) return 'disposable';
  return FREE_MAIL.has(domain) ? 'free' : 'other';
}
