import { describe, expect, it } from '@jest/globals';
import { compareCatalogue } from './catalogue.js';

const EXPECTED = ['table tiers:', 'column tiers.tier: text not null', 'leaving tiers.color: text'];

describe('a column that the next release drops', () => {
  it('can exist or not', () => {
    const live = ['table tiers:', 'column tiers.tier: text not null'];
    expect(compareCatalogue(EXPECTED, live, { is_newer: true })).toEqual([]);
    expect(compareCatalogue(EXPECTED, [...live, 'column tiers.color: text'], { is_newer: false })).toEqual([]);
  });
});

describe('a guard', () => {
  const guard = 'trigger tiers.guard: CREATE TRIGGER guard ... EXECUTE FUNCTION refuse()';
  const expected = ['table tiers:', guard];
  const severityOf = (live: string[], is_newer: boolean): string[] =>
    compareCatalogue(expected, ['table tiers:', ...live], { is_newer }).map(({ severity }) => severity);

  it('can be replaced by a newer release only, and must never be missing or disabled', () => {
    const other = guard.replace('refuse', 'refuse_more');
    expect(severityOf([guard], false)).toEqual([]);
    expect(severityOf([other], false)).toEqual(['fault']);
    expect(severityOf([other], true)).toEqual(['warning']);
    expect(severityOf([`${guard} (disabled)`], true)).toEqual(['fault']);
    expect(severityOf([], true)).toEqual(['fault']);
  });
});
