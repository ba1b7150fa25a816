import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOURLY_COUNTS, type HourlyCount } from '../../metering/hourly/hourly-measures.js';
import { amount, units } from '../../platform/values/amount.js';
import type { SpendingRow } from './spending.repository.js';
import { GROUPS_MAX, groupsOf, providerOf, spendingOf } from './spending-series.js';

const NOTHING = Object.fromEntries(HOURLY_COUNTS.map((name) => [name, 0])) as Record<HourlyCount, number>;
const row = (given: Partial<SpendingRow>): SpendingRow => ({
  bucket: 0,
  service: 'openrouter',
  model: '',
  has_usage: true,
  credits: '0',
  cache_savings: '0',
  ...NOTHING,
  ...given,
});
const STARTS = [new Date('2026-11-01T00:00:00Z'), new Date('2026-11-02T00:00:00Z')];

describe('the groups of a series', () => {
  it('are named by provider, service or model', () => {
    const rows = [row({ model: 'openai/gpt-4o', credits: '2' }), row({ service: 'tts', credits: '1' })];
    const names = (by: 'none' | 'provider' | 'service' | 'model') =>
      groupsOf(rows, by, STARTS).map(({ group }) => group);
    expect(names('none')).toEqual([null]);
    expect(names('provider')).toEqual(['openai', 'tts']);
    expect(names('service')).toEqual(['openrouter', 'tts']);
    expect(names('model')).toEqual(['openai/gpt-4o', null]);
  });

  it('have a point for each bucket with rows only', () => {
    const rows = [row({ bucket: 1, credits: '0.5' }), row({ bucket: 1, service: 'tts', credits: '0.25' })];
    const [group] = groupsOf(rows, 'none', STARTS);
    expect(group?.points).toEqual([{ start: STARTS[1], ...NOTHING, credits: '0.750000', cache_savings: '0.000000' }]);
  });

  it('lose nothing: at most 50 of usage, the rest, and charges without usage last', () => {
    const any = fc.record({
      bucket: fc.nat(1),
      model: fc.nat(80).map((n) => `acme/m${String(n)}`),
      has_usage: fc.boolean(),
      credits: fc.bigInt(-(10n ** 12n), 10n ** 15n).map(amount),
      event_count: fc.nat(1e6),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 300 }), (given) => {
        const rows = given.map(row);
        const groups = groupsOf(rows, 'model', STARTS);
        const total = spendingOf(rows);
        const sum = groups.reduce((all, { total: its }) => all + units(its.credits), 0n);
        expect(amount(sum)).toBe(total.credits);
        expect(groups.reduce((all, { total: its }) => all + its.event_count, 0)).toBe(total.event_count);
        const kinds = groups.map(({ kind }) => kind);
        expect(kinds.filter((kind) => kind === 'usage').length).toBeLessThanOrEqual(GROUPS_MAX);
        expect(kinds).toEqual(kinds.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
        for (const { points, total: its } of groups)
          expect(amount(points.reduce((all, { credits }) => all + units(credits), 0n))).toBe(its.credits);
      }),
    );
  });
});

const ORDER = ['usage', 'other', 'charge_without_usage'];

describe('the provider of some work', () => {
  it.each([
    ['openai/gpt-4o', 'openai'],
    ['openrouter/openai/gpt-4o', 'openai'],
    ['whisper-1', 'stt'],
    ['', 'stt'],
  ])('of the model %j is %s', (model, provider) => expect(providerOf({ service: 'stt', model })).toBe(provider));
});
