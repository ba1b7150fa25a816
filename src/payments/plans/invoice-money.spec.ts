import { describe, expect, it } from '@jest/globals';
import type { InvoiceLine } from '../provider/facts.js';
import { planMoney } from './invoice-money.js';

const NOW_S = 1_800_000_000;
const DAY_S = 86_400;
const line = (amount_cents: number, days: number, kind: InvoiceLine['kind'] = 'plan'): InvoiceLine => ({
  kind,
  amount_cents,
  begins_s: NOW_S,
  ends_s: NOW_S + days * DAY_S,
});
const of = (settled_cents: number, ...lines: InvoiceLine[]) => {
  const { plan_cents, changes_cents, ends_s } = planMoney({
    kind: 'invoice',
    outcome: 'paid',
    reason: 'cycle',
    invoice_id: 'in_1',
    subscription_id: 'sub_1',
    customer_id: null,
    user_id: null,
    payment_id: null,
    currency: 'usd',
    amount_cents: settled_cents,
    total_cents: settled_cents,
    settled_cents,
    lines,
  });
  return [plan_cents, changes_cents, ends_s === null ? null : (ends_s - NOW_S) / DAY_S];
};

describe('what an invoice pays for a plan', () => {
  it.each([
    ['a single line', [1900, line(1900, 30)], [1900, 0, 30]],
    ['ignoring a free yearly line', [1900, line(0, 365), line(1900, 30)], [1900, 0, 30]],
    ['ignoring a one-off line', [2400, line(500, 0, 'other'), line(1900, 30)], [1900, 0, 30]],
    ['ignoring a yearly item', [6900, line(5000, 365), line(1900, 30)], [1900, 0, 30]],
    [
      'with prorations for the previous period',
      [4400, line(-1000, 10, 'proration'), line(3500, 10, 'proration'), line(1900, 30)],
      [1900, 2500, 30],
    ],
    ['less if less was paid', [1, line(1900, 30)], [1, 0, 30]],
    ["for the provider's calendar month", [1900, line(1900, 31)], [1900, 0, 31]],
    ['nothing without lines', [1900], [1900, 0, null]],
  ] as const)('is derived from its lines: %s', (_what, [settled, ...lines], wanted) => {
    expect(of(settled, ...lines)).toEqual(wanted);
  });
});

it.each([
  [27, 27],
  [32, 32],
  [26, 365],
  [33, 365],
])('prefers a line of 27 to 32 days: %i days', (days, ends) => {
  expect(of(6900, line(5000, 365), line(1900, days))[2]).toBe(ends);
});
