import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { StoredEvent } from '../../events/stored-event.js';
import { makeSigningSecret, messageOf, signedHeaders } from './message.js';

const event: StoredEvent = {
  id: '01997f2a-0000-7000-8000-000000000001',
  type: 'credits.low',
  occurred_at: new Date('2027-01-31T09:30:00Z'),
  user_id: 'ann',
  sequence: 7,
  data: { object: { available: '1.000000' } },
};

describe('a message', () => {
  it('has the form of Standard Webhooks, and the place of the event in its account', () => {
    const { id, body } = messageOf(event);
    expect(id).toBe(event.id);
    expect(JSON.parse(body)).toEqual({
      ...event,
      occurred_at: '2027-01-31T09:30:00.000Z',
      timestamp: '2027-01-31T09:30:00.000Z',
    });
  });

  it('is verified with each of the secrets, and with no other', () => {
    const [old, current, foreign] = [makeSigningSecret(), makeSigningSecret(), makeSigningSecret()];
    const message = messageOf(event);
    const headers = signedHeaders(message, new Date(), [current, old]);
    expect(headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const secret of [old, current]) {
      expect(new Webhook(secret).verify(message.body, headers)).toEqual(JSON.parse(message.body));
    }
    expect(() => new Webhook(foreign).verify(message.body, headers)).toThrow();
    expect(() => new Webhook(current).verify(message.body.replace('ann', 'bob'), headers)).toThrow();
  });
});
