import type { gift_review_state, mail_class } from '../../generated/prisma/enums.js';

/** Part of gifts that an account gets. */
export type TrialFactor = '1' | '0.5' | '0.1' | '0';

/** Registrations behind one address block in the day before, from which an account counts as one of many. */
export const BLOCK_LIMITS = { unverified_some: 2, unverified_many: 10, verified: 200 } as const;
/** The same for addresses of one mail domain that is no free mail provider. */
export const DOMAIN_LIMITS = { unverified_some: 2, unverified_many: 10, review: 20, verified: 100 } as const;

/** What is known about an account when its gifts are decided. Counts are of other accounts. */
export interface AccountFacts {
  /** A decision of an administrator, or a payment that cleared the account earlier. */
  decided: 'cleared' | 'confirmed' | 'paid' | null;
  /** Whether the account has a payment of more than nothing that is paid, and neither held, disputed nor refunded. */
  has_paid: boolean;
  /** Whether its e-mail address is verified. */
  is_verified: boolean;
  /** Whether only verified addresses get gifts here. */
  requires_verification: boolean;
  /** Whether signals are compared; all that follows counts only then. */
  is_compared: boolean;
  mail_class: mail_class | null;
  /** Whether there is any signal. */
  is_known: boolean;
  /** Accounts that got gifts, by what they have in common with this one. */
  gifted: { email: number; device: number; card: number; own_key: number };
  /** Accounts registered in the day before from the same address block, and with the same mail domain. */
  recent: { address_block: number; email_domain: number };
}

/** Why an account gets less, or everything after all. */
export const GIFT_REASONS = [
  'cleared_by_admin',
  'confirmed_by_admin',
  'paid',
  'email_unverified',
  'email_shared',
  'email_disposable',
  'device_shared',
  'card_shared',
  'own_key_shared',
  'nothing_known',
  'domain_busy',
  'address_busy',
] as const;
export type GiftReason = (typeof GIFT_REASONS)[number];

/** How much of gifts an account gets, and why. */
export interface Verdict {
  trial_factor: TrialFactor;
  state: gift_review_state;
  reasons: GiftReason[];
}

interface Finding {
  reason: GiftReason;
  factor: TrialFactor;
  /** Whether an honest person can look like this, so that an administrator should decide. */
  review?: boolean;
}

/**
 * Returns how much of gifts an account gets. A decision of an administrator wins; then a good payment, which clears the
 * account for good; otherwise the lowest factor of what was found.
 */
export function verdictOn(facts: AccountFacts): Verdict {
  const { decided } = facts;
  if (decided === 'confirmed') return { trial_factor: '0', state: 'confirmed', reasons: ['confirmed_by_admin'] };
  if (decided === 'cleared') return { trial_factor: '1', state: 'cleared', reasons: ['cleared_by_admin'] };
  if (decided === 'paid' || facts.has_paid) return { trial_factor: '1', state: 'cleared', reasons: ['paid'] };
  const findings = [
    ...missingProof(facts),
    ...(facts.is_compared ? [...sameAsOthers(facts), ...oneOfMany(facts)] : []),
  ];
  const trial_factor = findings.reduce<TrialFactor>((least, { factor }) => lower(least, factor), '1');
  const state = findings.some(({ review }) => review) ? 'open' : 'none';
  return { trial_factor, state, reasons: findings.map(({ reason }) => reason) };
}

function missingProof({ requires_verification, is_verified, is_compared, is_known }: AccountFacts): Finding[] {
  if (requires_verification && !is_verified) return [{ reason: 'email_unverified', factor: '0' }];
  return is_compared && !is_known ? [{ reason: 'nothing_known', factor: '0.1' }] : [];
}

/** What the account has in common with accounts that got gifts. Two people can share one device, but hardly three. */
function sameAsOthers({ gifted, mail_class }: AccountFacts): Finding[] {
  const findings: (Finding | false)[] = [
    gifted.email > 0 && { reason: 'email_shared', factor: '0' },
    mail_class === 'disposable' && { reason: 'email_disposable', factor: '0' },
    gifted.device > 0 && { reason: 'device_shared', factor: gifted.device > 1 ? '0' : '0.5', review: true },
    gifted.card > 0 && { reason: 'card_shared', factor: '0', review: true },
    gifted.own_key > 0 && { reason: 'own_key_shared', factor: '0', review: true },
  ];
  return findings.filter((finding) => finding !== false);
}

/** Whether the account is one of many that were registered together. Verified addresses may be many: a school, an office. */
function oneOfMany({ recent: { address_block, email_domain }, is_verified }: AccountFacts): Finding[] {
  const domain = rateOf(email_domain, is_verified, DOMAIN_LIMITS);
  const block = rateOf(address_block, is_verified, BLOCK_LIMITS);
  const needsReview = is_verified && email_domain >= DOMAIN_LIMITS.review;
  const findings: (Finding | false)[] = [
    (domain !== '1' || needsReview) && { reason: 'domain_busy', factor: domain, review: is_verified },
    block !== '1' && { reason: 'address_busy', factor: block, review: is_verified },
  ];
  return findings.filter((finding) => finding !== false);
}

interface Limits {
  unverified_some: number;
  unverified_many: number;
  verified: number;
}

function rateOf(others: number, is_verified: boolean, limits: Limits): TrialFactor {
  if (is_verified) return others >= limits.verified ? '0.5' : '1';
  if (others >= limits.unverified_many) return '0.1';
  return others >= limits.unverified_some ? '0.5' : '1';
}

const lower = (a: TrialFactor, b: TrialFactor): TrialFactor => (Number(a) < Number(b) ? a : b);

/** What a user can do to get what was withheld. */
export const NEXT_STEPS = ['verify_address', 'pay_once', 'contact_support'] as const;
export type NextStep = (typeof NEXT_STEPS)[number];

/** Returns what a user whose gifts were withheld should do. */
export function nextStepOf(
  { state, reasons }: { state: gift_review_state; reasons: readonly string[] },
  is_verified: boolean,
): NextStep {
  if (state === 'confirmed') return 'contact_support';
  const helps: readonly string[] = [
    'email_unverified',
    'nothing_known',
    'address_busy',
    'domain_busy',
  ] satisfies GiftReason[];
  return !is_verified && reasons.every((reason) => helps.includes(reason)) ? 'verify_address' : 'pay_once';
}

/** What an administrator can decide. */
export const DECISIONS = {
  clear: { trial_factor: '1', state: 'cleared', reasons: ['cleared_by_admin'] },
  confirm: { trial_factor: '0', state: 'confirmed', reasons: ['confirmed_by_admin'] },
} as const satisfies Record<string, Verdict | { reasons: readonly GiftReason[] }>;

const WORDS: Record<GiftReason, string> = {
  cleared_by_admin: 'An administrator cleared the account.',
  confirmed_by_admin: 'An administrator confirmed the abuse.',
  paid: 'The account has paid.',
  email_unverified: 'The e-mail address is not verified.',
  email_shared: 'The e-mail address leads to the mailbox of another account that got gifts.',
  email_disposable: 'The e-mail address is disposable.',
  device_shared: 'The device is that of another account that got gifts.',
  card_shared: 'The card is that of another account that got gifts.',
  own_key_shared: 'The own API key is that of another account that got gifts.',
  nothing_known: 'Neither an address nor a device is known.',
  domain_busy: 'Many accounts were registered with addresses of the same mail domain within a day.',
  address_busy: 'Many accounts were registered from the same network within a day.',
};

/** Returns reasons in words. */
export const explained = (reasons: readonly GiftReason[]): string => reasons.map((reason) => WORDS[reason]).join(' ');
