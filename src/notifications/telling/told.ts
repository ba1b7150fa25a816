import type { StoredEvent } from '../../events/stored-event.js';
import type { Facts } from '../../mail/notices/kinds.js';
import { amount, units } from '../../platform/values/amount.js';
import type { Telling } from './telling.js';

/** What follows from an event: what the person is told, which conditions end silently, what the operator is told. */
export interface Consequences {
  readonly telling?: Telling;
  /** Beginnings of the names of conditions that end. */
  readonly ends?: readonly string[];
  /** The account that took over this one, and its inbox with it. */
  readonly moved_to?: string;
  /** `cause` is the event by default. */
  readonly operator?: { readonly text: string; readonly cause?: string };
}

type Row = Readonly<Record<string, unknown>>;
type Read = (object: Row, previous: Row, event: StoredEvent) => Consequences;

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const known = (value: unknown): string => text(value) ?? '';

/** Credits that can be spent. */
const available = ({ balance, held }: Row): string => amount(units(known(balance)) - units(known(held)));

const budgetAlert = ({ budget_id }: Row): string => `budget ${known(budget_id)}`;

const budgetFacts = ({ service, model, tag, unit, used, limit, resets_at }: Row): Facts['budget_exceeded'] => ({
  subject: text(model) ?? text(service) ?? text(tag),
  unit: unit as Facts['budget_exceeded']['unit'],
  used: known(used),
  limit: known(limit),
  resets_at: text(resets_at),
});

/** How each type of event is told; the others are not. */
const TOLD: Partial<Record<StoredEvent['type'], Read>> = {
  'account.provisioned': () => ({ telling: { kind: 'welcome', facts: { available: null } } }),
  'account.moved': ({ moved_to }) => ({ moved_to: known(moved_to) }),
  'credits.granted': ({ source, amount: credits, expires_at }) =>
    source === 'plan'
      ? { telling: { kind: 'plan_renewed', facts: { plan: '', credits: known(credits), until: text(expires_at) } } }
      : {},
  'credits.low': (object) => ({
    telling: {
      kind: 'low_balance',
      facts: { available: available(object), threshold: text(object.threshold) },
      alert: 'low_balance',
    },
  }),
  'credits.exhausted': ({ reset_date }) => ({
    telling: { kind: 'exhausted', facts: { resets_at: text(reset_date) }, alert: 'exhausted' },
  }),
  'credits.recovered': (object) => ({
    telling: { kind: 'recovered', facts: { available: available(object) }, ends: ['low_balance', 'exhausted'] },
  }),
  'credits.expiring': ({ remaining, amount: granted, expires_at }) => ({
    telling: {
      kind: 'credits_expiring',
      facts: { amount: text(remaining) ?? known(granted), expires_at: known(expires_at) },
    },
  }),
  'coupon.expiring': ({ code, expires_at }) => ({
    telling: { kind: 'coupon_expiring', facts: { code: known(code), expires_at: known(expires_at) } },
  }),
  'tier.changed': ({ tier }, previous) => ({
    telling: { kind: 'plan_changed', facts: { plan: known(tier), before: text(previous.tier) } },
  }),
  'payment.failed': ({ amount: due, currency, detail }) => ({
    telling: {
      kind: 'payment_failed',
      facts: { amount: text(due), currency: text(currency), reason: text(detail) },
    },
  }),
  'payment.disputed': ({ id, amount: paid, currency, dispute }, _previous, { user_id }) => ({
    operator: {
      text: `A payment is disputed (${known(dispute)}): ${known(paid)} ${known(currency)} of account ${user_id}, payment ${known(id)}.`,
    },
  }),
  'topup.stopped': ({ detail }) => ({ telling: { kind: 'topup_stopped', facts: { reason: text(detail) } } }),
  'key.paused': ({ name, paused_reason }) => ({
    telling: { kind: 'key_paused', facts: { name: known(name), reason: text(paused_reason) } },
  }),
  'key.expiring': ({ name, expires_at }) => ({
    telling: { kind: 'key_expiring', facts: { name: known(name), expires_at: known(expires_at) } },
  }),
  'openrouter.key_invalid': ({ key_hint }) => ({
    telling: { kind: 'own_key_invalid', facts: { hint: text(key_hint) } },
  }),
  'budget.threshold_reached': (object) => ({
    telling: {
      kind: 'budget_threshold',
      facts: { ...budgetFacts(object), threshold: Number(object.threshold) },
      alert: `${budgetAlert(object)} ${String(object.threshold)}`,
    },
  }),
  'budget.exceeded': (object) => ({
    telling: { kind: 'budget_exceeded', facts: budgetFacts(object), alert: budgetAlert(object) },
  }),
  'budget.recovered': (object) => ({ ends: [budgetAlert(object)] }),
  'webhook.failing': ({ host, endpoint_id, pending }) => ({
    operator: {
      text: `No delivery to the webhook endpoint at ${known(host)} has succeeded for a day; ${String(pending)} wait. It is disabled after five days. Endpoint ${known(endpoint_id)}.`,
    },
  }),
  'webhook.disabled': ({ host, endpoint_id, pending }) => ({
    operator: {
      text: `The webhook endpoint at ${known(host)} is disabled because no delivery succeeded for five days; ${String(pending)} wait. Enable it and recover them once it works. Endpoint ${known(endpoint_id)}.`,
    },
  }),
  // once a day for each model: one missing price can concern every call
  'usage.unrated': ({ service, model }, _previous, { occurred_at }) => ({
    operator: {
      text: `Work has no price: service ${known(service)}, model ${text(model) ?? 'none'}. It is charged once a price is known.`,
      cause: `unrated ${occurred_at.toISOString().slice(0, 10)} ${known(service)} ${known(model)}`.slice(0, 200),
    },
  }),
};

/** Events that come with the first credits of a plan; those are no renewal. */
const BEGINNINGS = new Set<StoredEvent['type']>(['account.provisioned', 'tier.changed']);
/** A transaction writes no more events about an account than these around each of them. */
const AROUND = 5;

/** Returns whether the plan of an event began in the same transaction, among the events read with it. */
export const isBeginning = ({ user_id, sequence }: StoredEvent, read: readonly StoredEvent[]): boolean =>
  read.some(
    (other) => other.user_id === user_id && BEGINNINGS.has(other.type) && Math.abs(other.sequence - sequence) <= AROUND,
  );

/** Returns what follows from an event. The name of a plan that was renewed is added later. */
export function consequencesOf(event: StoredEvent): Consequences {
  const { object, previous = {} } = event.data;
  return TOLD[event.type]?.(object, previous, event) ?? {};
}
