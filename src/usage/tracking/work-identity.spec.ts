import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentHash } from '../../platform/values/content-hash.js';
import { POOLS } from '../../pricing/rating/work.js';
import { type ReportedWork, reportOf } from './usage-report.js';
import { identified } from './work-identity.js';

const NOW = new Date('2027-03-28T12:00:00Z');
const hashOf = (work: Partial<ReportedWork>): string | null => {
  const report = reportOf({ service: 'tts', ...work }, { user_id: 'u', source: 'api' }, NOW);
  return identified(report, work.usage).content_hash;
};

describe('the digest of work', () => {
  // stored digests: if one of them changed, work recorded before an upgrade would not be recognized after it
  it.each<[string, Partial<ReportedWork>]>([
    ['5cfe0543-78d0-dbce-8de3-e7db6f894531', {}],
    [
      'bcffc0fb-b121-3cb9-8157-3ce684e1a66b',
      { model: 'tts-1', quantity: '420.000000', unit: 'character', charge: true },
    ],
    [
      'ee8a2f2f-31a5-1c07-6302-b6c3699e45e4',
      {
        model: 'm',
        input_tokens: 1200,
        output_tokens: 340,
        tokens: 2000,
        cost: '0.002500',
        session_id: 's',
        billable: false,
        occurred_at: new Date('2027-03-27T12:00:00.123Z'),
      },
    ],
    [
      '51df1844-21e2-409d-cfb0-228cf885d188',
      { metadata: { b: { d: [1, null], c: null }, a: 1 }, measures: { query: '2' }, service_tier: 'batch' },
    ],
    [
      'e7ee90b0-08b2-de0b-5f58-251e58d8143f',
      {
        metadata: {},
        service_tier: 'standard',
        succeeded: false,
        duration_seconds: '1.500000',
        provider_cost: '0.100000',
      },
    ],
    [
      '7a141893-dacb-0bd2-f965-43dda1c6dd36',
      { usage: { prompt_tokens: 1200, completion_tokens: 300, odd: { x: 1 } }, model: 'm' },
    ],
  ])('is %s for %j', (hash, work) => expect(hashOf(work)).toBe(hash));

  it('is that of its fields, without those that have their default', () => {
    const pools = fc.record(Object.fromEntries(POOLS.map((pool) => [pool, fc.nat(1000)])), { requiredKeys: [] });
    const others = fc.record(
      {
        model: fc.string(),
        cost: fc.constantFrom('0.000000', '1.250000'),
        session_id: fc.string(),
        succeeded: fc.boolean(),
        metadata: fc.dictionary(fc.string(), fc.string()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(pools, others, (tokens, fields) => {
        const counted = Object.entries(tokens).filter(([, count]) => count !== 0);
        const tokens_used = counted.reduce((sum, [, count]) => sum + (count as number), 0);
        const stated = Object.entries(fields).filter(([name, value]) => {
          return name === 'metadata' ? Object.keys(value as object).length > 0 : value !== true;
        });
        const content = { service: 'tts', ...(tokens_used > 0 && { tokens_used }) };
        const expected = { ...content, ...Object.fromEntries(counted), ...Object.fromEntries(stated) };
        expect(hashOf({ ...tokens, ...fields })).toBe(contentHash(expected));
      }),
    );
  });
});
