import { z } from 'zod';

/**
 * Schemas of the Stripe objects that are read. Stripe's API versions put members in different places, and a webhook
 * endpoint keeps the version it was created with, so optional members can be missing or have another shape.
 */
const AMOUNT_MAX = 9_999_999_999;
const INSTANT_MAX = 253_402_300_799;

/** PostgreSQL cannot store NUL characters or lone surrogates. */
const text = z
  .string()
  .max(255)
  .refine((value) => !value.includes('\0') && value.isWellFormed());
const id = text.min(1);
const cents = z.int().min(0).max(AMOUNT_MAX);
const signedCents = z.int().min(-AMOUNT_MAX).max(AMOUNT_MAX);
const currency = z
  .string()
  .regex(/^[a-z]{3}$/i)
  .transform((code) => code.toLowerCase());
const instant = z.int().min(0).max(INSTANT_MAX);
const reference = z.union([id, z.object({ id }).transform((thing) => thing.id)]);
/** An optional member. A value of another shape is treated as missing. */
const maybe = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);
const metadata = maybe(z.record(z.string(), z.unknown()));

export const EVENT = z.object({
  id,
  type: z
    .string()
    .min(1)
    .max(100)
    .refine((value) => !value.includes('\0') && value.isWellFormed()),
  created: instant,
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});

export const SESSION = z.object({
  id,
  metadata,
  amount_total: maybe(cents),
  currency: maybe(currency),
  payment_status: maybe(text),
  payment_intent: maybe(reference),
  subscription: maybe(reference),
  total_details: maybe(z.object({ amount_tax: maybe(cents), amount_shipping: maybe(cents) })),
  currency_conversion: maybe(z.object({ amount_total: cents, source_currency: currency })),
  presentment_details: maybe(z.object({ presentment_amount: cents, presentment_currency: currency })),
});

export const INTENT = z.object({
  id,
  metadata,
  amount: cents,
  currency,
  status: text,
  last_payment_error: maybe(z.object({ code: maybe(text), message: maybe(z.string()) })),
});

const tax = z.object({ amount: maybe(cents), tax_behavior: maybe(text), inclusive: maybe(z.boolean()) });
const line = z.object({
  amount: maybe(signedCents),
  period: z.object({ start: maybe(instant), end: instant }),
  proration: maybe(z.boolean()),
  type: maybe(text),
  parent: maybe(
    z.object({
      type: maybe(text),
      subscription_item_details: maybe(z.object({ proration: maybe(z.boolean()) })),
      invoice_item_details: maybe(z.object({ proration: maybe(z.boolean()) })),
    }),
  ),
});
const ofSubscription = z.object({ subscription: maybe(reference), metadata });

export const INVOICE = z.object({
  id,
  billing_reason: maybe(text),
  currency,
  customer: maybe(reference),
  subscription: maybe(reference),
  subscription_details: maybe(z.object({ metadata })),
  parent: maybe(z.object({ subscription_details: maybe(ofSubscription) })),
  amount_paid: maybe(cents),
  amount_due: maybe(cents),
  total: maybe(signedCents),
  tax: maybe(cents),
  total_taxes: maybe(z.array(tax)),
  total_tax_amounts: maybe(z.array(tax)),
  total_discount_amounts: maybe(z.array(z.object({ amount: cents }))),
  starting_balance: maybe(signedCents),
  ending_balance: maybe(signedCents),
  pre_payment_credit_notes_amount: maybe(cents),
  post_payment_credit_notes_amount: maybe(cents),
  lines: z.object({ data: z.array(line) }),
});

const price = z.object({
  unit_amount: maybe(cents),
  currency: maybe(currency),
  metadata,
  recurring: maybe(z.object({ interval: text, interval_count: maybe(z.int()) })),
});

export const SUBSCRIPTION = z.object({
  id,
  metadata,
  status: text,
  cancel_at: maybe(instant),
  cancel_at_period_end: maybe(z.boolean()),
  items: maybe(z.object({ data: z.array(z.object({ price: maybe(price), quantity: maybe(z.int().min(0)) })) })),
});

export const REFUND = z.object({
  id,
  amount: cents,
  currency: maybe(currency),
  status: maybe(text),
  payment_intent: maybe(reference),
  metadata,
});

export const CHARGE = z.object({
  id,
  metadata,
  payment_intent: maybe(reference),
  amount: maybe(cents),
  currency: maybe(currency),
  amount_refunded: cents,
  refunds: maybe(z.object({ data: z.array(REFUND) })),
});

export const PAID_CHARGE = z.object({
  metadata,
  customer: maybe(reference),
  payment_method_details: maybe(z.object({ card: maybe(z.object({ fingerprint: maybe(text) })) })),
});

export const DISPUTE = z.object({
  id,
  amount: cents,
  currency: maybe(currency),
  status: text,
  payment_intent: maybe(reference),
  charge: maybe(z.object({ amount: cents, currency })),
});

/** Any other object that concerns money. */
export const OF_MONEY = z.object({
  id: maybe(id),
  amount: maybe(cents),
  amount_paid: maybe(cents),
  amount_total: maybe(cents),
  amount_received: maybe(cents),
  currency: maybe(currency),
});

/** Returns the user and the payment that an object's metadata names. */
export function addressed(metadata: Record<string, unknown> | null): {
  user_id: string | null;
  payment_id: string | null;
} {
  const member = (name: string): string | null => {
    const value = metadata?.[name];
    return typeof value === 'string' && value.length <= 255 ? storable(value) : null;
  };
  return { user_id: member('user_id'), payment_id: member('payment_id') };
}

/** Returns text that PostgreSQL can store, at most 255 characters. */
export const storable = (value: string): string => value.replaceAll('\0', '').slice(0, 255).toWellFormed();
