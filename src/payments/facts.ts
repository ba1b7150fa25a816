/**
 * What the provider's messages say, in our words and without particulars of people and cards: the only thing that is
 * kept of them. Amounts are whole cents, instants are seconds since 1970.
 */
export type Fact =
  | ({ kind: 'checkout'; outcome: 'paid' | 'processing' | 'failed' | 'expired' } & Money &
      Addressed & {
        session_id: string;
        payment_intent_id: string | null;
        subscription_id: string | null;
      })
  | ({ kind: 'charge'; outcome: 'paid' | 'failed' | 'processing'; reason: string | null } & Money &
      Addressed & { payment_intent_id: string })
  | ({ kind: 'invoice'; outcome: 'paid' | 'failed'; is_first: boolean; period_end_s: number } & Money &
      Addressed & { invoice_id: string; subscription_id: string })
  | ({ kind: 'subscription'; cancel_at_period_end: boolean; is_past_due: boolean; is_over: boolean } & Addressed & {
        subscription_id: string;
      })
  | ({ kind: 'refund'; refunded_cents: number } & Addressed & { payment_intent_id: string })
  | ({ kind: 'dispute'; outcome: 'open' | 'won' | 'lost'; disputed_cents: number } & Addressed & {
        payment_intent_id: string;
      });

/** How a payment by the card on file ended. */
export type ChargeFact = Extract<Fact, { kind: 'charge' }>;

export interface Money {
  amount_cents: number;
  currency: string;
}

/** Whom we said it is for when we ordered it; null where the provider does not repeat that. */
export interface Addressed {
  user_id: string | null;
  payment_id: string | null;
}

/** A message of the provider. */
export interface ProviderEvent {
  event_id: string;
  type: string;
  occurred_at: Date;
  /** Checkout, subscription or movement of money that it is about. */
  reference: string;
  /** Null: it says nothing that matters here. */
  fact: Fact | null;
}

/** What a fact is about, so that facts that had to wait for each other find each other. */
export function referencesOf(fact: Fact): string[] {
  const ids: (string | null)[] = [];
  if ('session_id' in fact) ids.push(fact.session_id);
  if ('payment_intent_id' in fact) ids.push(fact.payment_intent_id);
  if ('subscription_id' in fact) ids.push(fact.subscription_id);
  return ids.filter((id) => id !== null);
}
