import Stripe from 'stripe';
import { DomainError } from '../../platform/errors.js';
import type { ProviderEvent } from './facts.js';
import { factOf } from './stripe-facts.js';
import { EVENT } from './stripe-objects.js';

const TOLERANCE_S = 300;

/**
 * Verifies the signature of a webhook event and parses it. A signed event of an unknown shape has no fact; it is not an
 * error.
 * @throws DomainError `invalid_signature`, `malformed_json`
 */
export function readMessage(body: Buffer, header: string, secrets: readonly string[]): ProviderEvent {
  assertRecent(header);
  if (!secrets.some((secret) => isSigned(body, header, secret))) throw invalidSignature();
  const event = EVENT.safeParse(parseBody(body));
  // thin events refer to an object without including it
  if (!event.success) return { event_id: null, type: 'unknown', occurred_at: new Date(), fact: null };
  const { id, type, created, data } = event.data;
  return { event_id: id, type, occurred_at: new Date(created * 1000), fact: factOf(type, data.object) };
}

/** Stripe's library checks only the age. It would accept a future or missing timestamp forever. */
function assertRecent(header: string): void {
  const parts = header.split(',').map((part) => part.trim().split('='));
  const times = parts.filter(([name]) => name === 't').map(([, value = '']) => value);
  const isSound = times.length === 1 && /^\d{1,12}$/.test(times[0] ?? '') && parts.every(([, value]) => value !== '');
  if (!isSound || Math.abs(Date.now() / 1000 - Number(times[0])) > TOLERANCE_S) throw invalidSignature();
}

function isSigned(body: Buffer, header: string, secret: string): boolean {
  try {
    return Stripe.webhooks.signature?.verifyHeader(body, header, secret, TOLERANCE_S) ?? false;
  } catch {
    return false; // it throws for a wrong signature, and for some malformed ones
  }
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new DomainError('malformed', 'malformed_json', 'The body is not valid JSON.');
  }
}

const invalidSignature = (): DomainError =>
  new DomainError(
    'malformed',
    'invalid_signature',
    'Stripe-Signature does not match the body, or its timestamp is more than 5 minutes off. Check STRIPE_WEBHOOK_SECRET and the clock.',
  );
