import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, units } from '../../platform/values/amount.js';
import {
  disputedOf,
  disputeStateOf,
  type DisputeState,
  laterDispute,
  laterRefund,
  type Priced,
  type Refund,
  refundedOf,
  shareOf,
} from './refunds.js';

const priced = (changes: Partial<Priced> = {}): Priced => ({
  amount: '9',
  currency: 'usd',
  settled: null,
  charged: null,
  charged_currency: null,
  ...changes,
});
const refund = (status: Refund['status'], money: string, currency = 'usd'): Refund => ({
  status,
  amount: money,
  currency,
});

describe('the share of the price that returned money represents', () => {
  it.each([
    ['money in the same currency', priced(), '4', 'usd', '4'],
    ['tax on top', priced({ amount: '25', settled: '29.75' }), '29.75', 'usd', '25'],
    [
      'another currency',
      priced({ amount: '25', charged: '23.45', charged_currency: 'eur' }),
      '11.72',
      'eur',
      '12.4946695096',
    ],
    ['an unrelated currency', priced(), '1', 'jpy', '9'],
    ['more money than was paid', priced(), '90', 'usd', '9'],
    ['a free offer', priced({ amount: '0' }), '1', 'usd', '0'],
  ] as const)('with %s', (_what, payment, money, currency, share) => {
    expect(amount(shareOf(payment, { amount: money, currency }))).toBe(amount(units(share)));
  });
});

describe('the refunded share of a payment', () => {
  const of = (...refunds: Refund[]): string => amount(refundedOf(priced(), refunds));

  it.each([
    ['no report', [], '0.000000'],
    ['a total', [refund('reported', '4')], '4.000000'],
    ['increasing totals', [refund('reported', '3'), refund('reported', '9')], '9.000000'],
    ['a total whose refund failed', [refund('reported', '4'), refund('failed', '4')], '0.000000'],
    ['a total whose refund was canceled', [refund('reported', '4'), refund('canceled', '4')], '0.000000'],
    [
      'a failed refund, then a smaller one',
      [refund('reported', '4'), refund('failed', '4'), refund('reported', '3')],
      '3.000000',
    ],
    [
      'a failed refund, then an equal one',
      [refund('reported', '4'), refund('failed', '4'), refund('succeeded', '4')],
      '4.000000',
    ],
    [
      'refunds and their total',
      [refund('succeeded', '2'), refund('pending', '1'), refund('reported', '3')],
      '3.000000',
    ],
    [
      'one failed refund of two',
      [refund('succeeded', '3'), refund('failed', '4'), refund('reported', '7')],
      '3.000000',
    ],
  ] as const)('with %s', (_what, refunds, sum) => {
    expect(of(...refunds)).toBe(sum);
  });

  it('does not depend on the order of reports and never exceeds the price', () => {
    const cents = fc.integer({ min: 0, max: 900 }).map((whole) => (whole / 100).toFixed(2));
    const some = fc.constantFrom<Refund['status']>('reported', 'pending', 'succeeded', 'failed', 'canceled');
    const refunds = fc.array(
      fc.tuple(some, cents).map(([status, money]) => refund(status, money)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(refunds, fc.infiniteStream(fc.nat()), (reports, random) => {
        const shuffled = [...reports].sort(() => ((random.next().value ?? 0) % 3) - 1);
        expect(of(...shuffled)).toBe(of(...reports));
        expect(units(of(...reports)) <= units('9')).toBe(true);
      }),
    );
  });

  it('never moves a refund back to an earlier state', () => {
    expect([
      laterRefund('succeeded', 'pending'),
      laterRefund('pending', 'failed'),
      laterRefund('failed', 'succeeded'),
    ]).toEqual(['succeeded', 'failed', 'failed']);
  });
});

describe('the disputed share of a payment', () => {
  const dispute = (status: DisputeState['status'], money = '9') => ({ status, amount: money, currency: 'usd' });

  it('sums the open and lost disputes', () => {
    const disputes = [
      dispute('open', '2'),
      dispute('lost', '3'),
      dispute('won', '4'),
      dispute('inquiry'),
      dispute('prevented'),
    ];
    expect(amount(disputedOf(priced(), disputes))).toBe('5.000000');
    expect(disputeStateOf(disputes)).toBe('open');
  });

  it('has the state that matters most of all disputes', () => {
    const order = ['open', 'lost', 'won', 'prevented', 'inquiry'] as const;
    expect(order.map((_status, n) => disputeStateOf(order.slice(n).map((status) => dispute(status))))).toEqual(order);
    expect(disputeStateOf([])).toBe('none');
  });

  it('ends in the same state whatever the order of reports', () => {
    const at = (status: DisputeState['status'], s = 0): DisputeState => ({ status, told_at: new Date(s * 1000) });
    const lives: [DisputeState[], string][] = [
      [[at('inquiry', 1), at('inquiry', 2)], 'inquiry'],
      [[at('inquiry', 1), at('open', 2), at('won', 3)], 'won'],
      [[at('open', 1), at('lost', 2), at('won', 3)], 'won'],
      [[at('open'), at('lost'), at('won')], 'won'],
      [[at('open', 1), at('prevented', 2)], 'prevented'],
      [[at('open'), at('lost'), at('prevented')], 'lost'],
    ];
    for (const [steps, end] of lives) {
      for (const order of [steps, steps.toReversed(), [...steps.slice(1), steps[0] as DisputeState]]) {
        expect(order.reduce(laterDispute).status).toBe(end);
      }
    }
  });
});
