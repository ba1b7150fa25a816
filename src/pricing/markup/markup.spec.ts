import { describe, expect, it } from '@jest/globals';
import { units } from '../../platform/values/amount.js';
import { classOf, type MarkupRule, ruleFor } from './markup.js';
import { PRICE_COLUMNS, type Prices } from '../prices/price.js';
import type { Price, PriceTable } from '../prices/price-table.js';

const NONE: PriceTable = {
  ...(Object.fromEntries(PRICE_COLUMNS.map((column) => [column, null])) as Prices),
  overrides: [],
  is_free: false,
};
const tokens = (input: string | null, output: string | null): PriceTable => ({
  ...NONE,
  input_per_million: input === null ? null : units(input),
  output_per_million: output === null ? null : units(output),
});

describe('the class of a price', () => {
  it.each([
    ['0.15', '0.6', 'budget'],
    ['1', '0.9999999999', 'budget'],
    ['1', '1', 'standard'],
    ['0', '4', 'standard'],
    ['3', '15', 'standard'],
    ['10', '9.9999999999', 'standard'],
    ['10', '10', 'premium'],
    ['15', '75', 'premium'],
    ['0.02', null, 'budget'],
    [null, '40', 'premium'],
  ])('of %s and %s is %s', (input, output, expected) => expect(classOf(tokens(input, output))).toBe(expected));

  it('is standard without token prices', () => {
    expect(classOf({ ...NONE, per_second: 1n })).toBe('standard');
    expect(classOf(null)).toBe('standard');
    expect(classOf({ ...NONE, is_free: true })).toBe('free');
  });
});

describe('the markup rule', () => {
  const rule = (scope: MarkupRule['scope'], match: string): MarkupRule => ({
    id: `${scope} ${match}`,
    scope,
    match,
    rate: 1n,
  });
  const rules = [
    rule('class', 'standard'),
    rule('tier', 'starter'),
    rule('provider', 'openai'),
    rule('provider', 'azure'),
    rule('model', 'gpt-4o'),
  ];
  const price: Price = {
    ...tokens('2.5', '10'),
    id: 'p',
    service: '*',
    model: 'openai/gpt-4o',
    effective_from: new Date(0),
  };
  const found = async (model: string | null, tier = 'trial', known: Price | null = price, given = rules) =>
    (await ruleFor(given, { model, price: known, plan: () => Promise.resolve({ tier }) }))?.id;

  it('for the model comes first, in any spelling of the model', async () => {
    expect(await found('openai/gpt-4o-2024-08-06', 'starter')).toBe('model gpt-4o');
    expect(await found('azure/gpt-4o', 'starter')).toBe('model gpt-4o');
  });

  it('for the provider comes next, starting with the nearest in the path', async () => {
    const withoutModel = rules.filter(({ scope }) => scope !== 'model');
    expect(await found('azure/openai/gpt-4o', 'starter', price, withoutModel)).toBe('provider openai');
    expect(await found('azure/gpt-4o', 'starter', price, withoutModel)).toBe('provider azure');
    expect(await found('gpt-4o', 'starter', price, withoutModel)).toBe('provider openai');
  });

  it('for the tier comes next, then that for the price class', async () => {
    expect(await found('unheard-of', 'starter', null)).toBe('tier starter');
    expect(await found('unheard-of', 'trial', null)).toBe('class standard');
    expect(await found(null, 'trial', null)).toBe('class standard');
  });
});
