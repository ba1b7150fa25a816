import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Shop } from '../../support/services/shop.js';
import type { Json, TestEnv } from '../../support/factories.js';
import { Invitations } from '../../support/invitations.js';

let s: Shop;
let w: TestEnv;
let i: Invitations;
beforeAll(async () => {
  s = await Shop.start({ ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}` });
  ({ w } = s);
  i = new Invitations(w);
});
afterAll(() => s.close());
beforeEach(() => i.setProgram());

describe('the card that paid', () => {
  const cardsOf = (...user_ids: string[]) =>
    w.sql(`SELECT user_id, digest FROM abuse_signals WHERE kind = 'card' AND user_id = ANY ($1)`, [user_ids]);
  const told = async (user_id: string, fingerprint: string, changes: object = {}): Promise<string[]> => {
    const intent = s.stripe.intentOf(String((await s.buy(user_id)).id));
    const [{ customer }] = (await w.sql('SELECT customer_id AS customer FROM payment_customers WHERE user_id = $1', [
      user_id,
    ])) as [Json];
    return s.tell(s.stripe.card(intent, fingerprint, { customer, ...changes }));
  };

  it('is known from the charge, as a digest, and refuses the reward of one person', async () => {
    const ann = await w.user('0');
    const bob = await i.invited(ann);
    expect(await told(ann, 'fp_of_a_card')).toEqual(['applied']);
    expect(await told(bob, 'fp_of_a_card', { metadata: {} })).toEqual(['applied']); // known by the customer
    const rows = await cardsOf(ann, bob);
    expect(new Set(rows.map(({ user_id }) => user_id))).toEqual(new Set([ann, bob]));
    expect(new Set(rows.map(({ digest }) => digest)).size).toBe(1);
    await i.pay(bob, '20');
    expect(await i.settled(bob)).toEqual(['refused', 'shared_card']);
    const stored = await w.sql(`SELECT count(*)::int AS n FROM payment_events e WHERE e::text LIKE '%fp_of_a_card%'`);
    expect(stored).toEqual([{ n: 0 }]);
  });

  it('is not stored of strangers, of other means of payment, or when nothing compares it', async () => {
    const user_id = await w.user('0');
    const strange = { metadata: {}, customer: 'cus_of_nobody' };
    expect(await told(user_id, 'fp_1', strange)).toEqual(['ignored']);
    expect(await told(user_id, 'fp_1', { payment_method_details: { type: 'sepa_debit' } })).toEqual(['ignored']);
    await w.t.call('admin/referral-program', { method: 'DELETE', token: w.admin });
    expect(await told(user_id, 'fp_1')).toEqual(['ignored']);
    expect(await cardsOf(user_id)).toEqual([]);
  });
});
