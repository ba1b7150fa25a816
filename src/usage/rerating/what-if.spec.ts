import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, units } from '../../platform/values/amount.js';
import type { MarkupRule } from '../../pricing/markup/markup.js';
import { PRICE_COLUMNS } from '../../pricing/prices/price.js';
import type { Price } from '../../pricing/prices/price-table.js';
import { booksOf, type PastUsage, replayed, withMarkup } from './what-if.js';

const STANDARD: MarkupRule = { id: 'a-rule', scope: 'class', match: 'standard', rate: units('0.1') };
const PRICE = {
  ...Object.fromEntries(PRICE_COLUMNS.map((column) => [column, null])),
  overrides: [],
  is_free: false,
  input_per_million: units('2'),
  id: 'a-price',
  service: '*',
  model: 'openai/m',
  effective_from: new Date(0),
} as unknown as Price;
const usage = (more: Partial<PastUsage> = {}): PastUsage => ({
  user_id: 'u',
  model: 'm',
  price_id: 'a-price',
  tier: 'starter',
  events: 1,
  provider_cost: units('10'),
  total_cost: units('11'),
  ...more,
});
const then = async (given: string[], past = usage()): Promise<string> =>
  amount(await replayed(past, withMarkup([STANDARD], given), new Map([['a-price', PRICE]])));

describe('trial markup rules', () => {
  it.each([
    [['standard=0.2'], '12.000000'],
    [['class:standard=20%'], '12.000000'],
    [['20%'], '12.000000'],
    [['0'], '10.000000'],
    [['premium=0.9'], '11.000000'],
    [['model:openai/m=1'], '20.000000'],
    [['provider:openai=12.5%'], '11.250000'],
    [['Tier:Starter=0.3'], '13.000000'],
    [['model:m=1', 'provider:openai=2', 'tier:starter=3', '4'], '20.000000'],
  ])('%j', async (given, expected) => expect(await then(given)).toBe(expected));

  it.each([
    [''],
    ['abc'],
    ['cheap=1'],
    ['class:1'],
    ['model:=1'],
    ['standard='],
    ['-1'],
    ['1e2'],
    ['planet:x=1'],
    ['1000'],
  ])('are refused when they are %j', (given) => expect(() => withMarkup([STANDARD], [given])).toThrow());

  it('do not change totals that the caller stated', async () => {
    expect(await then(['1'], usage({ price_id: null }))).toBe('11.000000');
    expect(await then(['1'], usage({ price_id: 'unknown' }))).toBe('11.000000');
  });

  it('that equal the current rules change nothing', () =>
    fc.assert(
      fc.asyncProperty(fc.bigInt(0n, 10n ** 15n), async (provider_cost) => {
        const total_cost = (2n * provider_cost * 11n + 10n) / 20n;
        expect(await then(['standard=10%'], usage({ provider_cost, total_cost }))).toBe(amount(total_cost));
      }),
    ));
});

describe('the margin', () => {
  it('is revenue minus provider cost', () => {
    expect(booksOf(units('11'), units('10'))).toEqual({
      revenue: '11.000000',
      provider_cost: '10.000000',
      margin: '1.000000',
      margin_percent: '9.09',
    });
    expect(booksOf(units('1'), units('2')).margin_percent).toBe('-100.00');
    expect(booksOf(0n, 0n).margin_percent).toBe('0.00');
    expect(booksOf(units('1000'), units('999.95')).margin_percent).toBe('0.00');
  });
});
