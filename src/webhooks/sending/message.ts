import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { webhookBody } from '../../events/event-webhooks.js';
import type { StoredEvent } from '../../events/stored-event.js';

/** What is sent: the id, by which receivers recognise repetitions, and the JSON text. */
export interface Message {
  readonly id: string;
  readonly body: string;
}

const SECRET_BYTES = 24;

/** Generates a signing secret in the form of Standard Webhooks. */
export const makeSigningSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

/** Returns the message of an event. The same event always has the same body. */
export const messageOf = (event: StoredEvent): Message => ({ id: event.id, body: JSON.stringify(webhookBody(event)) });

/**
 * Returns the headers of Standard Webhooks for a message that is sent at `at`, with one signature for each secret, so
 * that receivers can verify with the old and the new one while a secret is replaced.
 */
export function signedHeaders({ id, body }: Message, at: Date, secrets: readonly string[]): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
