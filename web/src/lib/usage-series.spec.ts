import { describe, expect, it } from '@jest/globals';
import type { SpendingView, UsageSeriesView } from '../api/schema.gen.ts';
import { OTHER_KEY, topGroups, totalOf } from './series.ts';
import {
  cacheShareOf,
  changeOf,
  chargesWithoutUsage,
  endOfBucket,
  granularityFor,
  onlyGroup,
  poolsOf,
  previousOf,
  seriesOf,
  TOKEN_POOLS,
} from './usage-series.ts';

const [MONDAY, TUESDAY, WEDNESDAY] = ['2026-11-02', '2026-11-03', '2026-11-04'].map((day) => `${day}T00:00:00.000Z`);
const NAMES = { none: 'None', other: 'Other', chargeWithoutUsage: 'Charged only' };

const NOTHING = {
  charges: 0,
  credits: '0.000000',
  event_count: 0,
  failed_events: 0,
  tokens_used: 0,
  ...Object.fromEntries(TOKEN_POOLS.map((pool) => [pool, 0])),
} as unknown as SpendingView;

const spending = (of: Partial<SpendingView>): SpendingView => ({ ...NOTHING, ...of });

/** Two days with work of one model, a free one, and a plain charge. */
const VIEW: UsageSeriesView = {
  group_by: 'model',
  granularity: 'day',
  from: MONDAY!,
  to: WEDNESDAY!,
  buckets: [MONDAY!, TUESDAY!],
  total: spending({ credits: '3.500000', event_count: 3, tokens_used: 40, input_tokens: 10, cache_read_tokens: 30 }),
  groups: [
    {
      kind: 'usage',
      group: 'acme/writer',
      total: spending({ credits: '1.500000', event_count: 2 }),
      points: [
        { start: MONDAY!, ...spending({ credits: '0.500000', event_count: 1, input_tokens: 10 }) },
        { start: TUESDAY!, ...spending({ credits: '1.000000', event_count: 1, cache_read_tokens: 20 }) },
      ],
    },
    {
      kind: 'usage',
      group: null,
      total: spending({ event_count: 1 }),
      points: [{ start: TUESDAY!, ...spending({ event_count: 1, cache_read_tokens: 10 }) }],
    },
    {
      kind: 'charge_without_usage',
      group: null,
      total: spending({ credits: '2.000000', charges: 1 }),
      points: [{ start: TUESDAY!, ...spending({ credits: '2.000000', charges: 1 }) }],
    },
  ],
  previous: {
    from: '2026-10-31T00:00:00.000Z',
    to: MONDAY!,
    buckets: ['2026-10-31T00:00:00.000Z', '2026-11-01T00:00:00.000Z'],
    total: spending({ credits: '7.000000' }),
    points: [{ start: '2026-11-01T00:00:00.000Z', ...spending({ credits: '7.000000' }) }],
  },
};

describe('a series of usage', () => {
  it('adds up to the total of the service, charges without usage included', () => {
    expect(totalOf(seriesOf(VIEW, 'credits', NAMES))).toBe('3.5000000000');
    expect(totalOf(seriesOf(VIEW, 'calls', NAMES))).toBe('3.0000000000');
  });

  it('leaves out groups that have nothing of the measure, and names those without a name', () => {
    expect(seriesOf(VIEW, 'credits', NAMES).groups.map(({ label }) => label)).toEqual(['acme/writer', 'Charged only']);
    expect(seriesOf(VIEW, 'calls', NAMES).groups.map(({ label }) => label)).toEqual(['acme/writer', 'None']);
  });

  it('by pool adds up the groups of a bucket', () => {
    const { groups, buckets } = poolsOf(VIEW, (pool) => pool);
    expect(groups.map(({ key }) => key)).toEqual(['input_tokens', 'cache_read_tokens']);
    expect(buckets.map(({ values }) => values)).toEqual([
      { input_tokens: '10', cache_read_tokens: '0' },
      { input_tokens: '0', cache_read_tokens: '30' },
    ]);
  });

  it('of one group has no other, and is whole for a group that is not there', () => {
    const whole = seriesOf(VIEW, 'credits', NAMES);
    expect(totalOf(onlyGroup(whole, 'acme/writer'))).toBe('1.5000000000');
    expect(onlyGroup(whole, 'acme/gone')).toBe(whole);
  });

  it('stands beside the period before, bucket by bucket', () => {
    expect(previousOf(VIEW, 'credits')).toEqual(['0', '7.000000']);
  });

  it('ends each bucket where the next one begins', () => {
    expect(endOfBucket(VIEW, MONDAY!)).toBe(TUESDAY);
    expect(endOfBucket(VIEW, TUESDAY!)).toBe(WEDNESDAY);
  });

  it('says what was charged without a record of work', () => {
    expect(chargesWithoutUsage(VIEW)?.credits).toBe('2.000000');
    expect(chargesWithoutUsage(VIEW, TUESDAY)?.charges).toBe(1);
    expect(chargesWithoutUsage(VIEW, MONDAY)).toBeUndefined();
  });
});

describe('top groups', () => {
  const series = {
    groups: ['a', 'b', OTHER_KEY, 'c'].map((key) => ({ key, label: key })),
    buckets: [{ start: MONDAY!, values: { a: '1', b: '3', c: '2', [OTHER_KEY]: '9' } as const }],
  };

  it('keep the total, largest first, and what was other before stays other', () => {
    const top = topGroups(series, 2, 'Other');
    expect(top.groups).toEqual([
      { key: 'b', label: 'b' },
      { key: OTHER_KEY, label: 'Other' },
    ]);
    expect(totalOf(top)).toBe(totalOf(series));
  });
});

describe('figures of usage', () => {
  it('give the share of the input that came from the cache, or none without input', () => {
    expect(cacheShareOf(spending({ input_tokens: 70, cache_read_tokens: 30, output_tokens: 500 }))).toBe(30);
    expect(cacheShareOf(spending({ output_tokens: 500 }))).toBeNull();
  });

  it('give a change in percent, or none from zero', () => {
    expect(changeOf('1.500000', '1.000000')).toBe(50);
    expect(changeOf('1.500000', '0.000000')).toBeNull();
  });

  it.each([
    [1, 'hour'],
    [3, 'hour'],
    [4, 'day'],
    [120, 'day'],
    [121, 'week'],
  ])('of %i days are drawn by the %s', (days, granularity) => {
    expect(granularityFor(days)).toBe(granularity);
  });
});
