import type { z } from 'zod';
import type { InvoiceFact, InvoiceLine } from './facts.js';
import { addressed, type INVOICE } from './stripe-objects.js';

type Invoice = z.output<typeof INVOICE>;
type Line = Invoice['lines']['data'][number];

const REASONS: Record<string, InvoiceFact['reason']> = {
  subscription_create: 'first',
  subscription_cycle: 'cycle',
  subscription_update: 'change',
};

/** Translates an invoice: its reason, what settled it, and the purpose of each line. */
export function invoice(object: Invoice, outcome: 'paid' | 'failed'): InvoiceFact {
  const details = object.parent?.subscription_details;
  const money = (outcome === 'paid' ? object.amount_paid : object.amount_due) ?? 0;
  return {
    kind: 'invoice',
    outcome,
    invoice_id: object.id,
    currency: object.currency,
    ...addressed(details?.metadata ?? object.subscription_details?.metadata ?? null),
    reason: REASONS[object.billing_reason ?? ''] ?? 'other',
    subscription_id: details?.subscription ?? object.subscription,
    customer_id: object.customer,
    amount_cents: money,
    settled_cents: Math.max(
      0,
      money + balanceUsed(object) + creditNotes(object) + discounts(object) - addedTax(object),
    ),
    total_cents: Math.max(0, object.total ?? money),
    lines: object.lines.data.map(lineOf),
  };
}

function lineOf(line: Line): InvoiceLine {
  const { parent, type, amount, period } = line;
  const details = parent?.subscription_item_details ?? parent?.invoice_item_details;
  const isProration = line.proration ?? details?.proration ?? false;
  const isOther = parent?.type === 'invoice_item_details' || type === 'invoiceitem';
  return {
    kind: isProration ? 'proration' : isOther ? 'other' : 'plan',
    amount_cents: amount,
    begins_s: period.start,
    ends_s: period.end,
  };
}

/** Customer credit applied to the invoice. The customer's balance is negative while there is credit. */
const balanceUsed = ({ starting_balance, ending_balance }: Invoice): number =>
  starting_balance === null || ending_balance === null ? 0 : Math.max(0, ending_balance - starting_balance);

const creditNotes = ({ pre_payment_credit_notes_amount: pre, post_payment_credit_notes_amount: post }: Invoice) =>
  (pre ?? 0) + (post ?? 0);

const discounts = ({ total_discount_amounts }: Invoice): number =>
  sum((total_discount_amounts ?? []).map((d) => d.amount));

/** Taxes on top of the prices. Inclusive taxes are part of the price. */
function addedTax({ total_taxes, total_tax_amounts, tax }: Invoice): number {
  const taxes = total_taxes ?? total_tax_amounts;
  if (taxes === null) return tax ?? 0;
  const added = taxes.filter(({ tax_behavior, inclusive }) => tax_behavior !== 'inclusive' && inclusive !== true);
  return sum(added.map(({ amount }) => amount ?? 0));
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
