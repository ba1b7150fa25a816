import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LONG_NUMBER } from './amount.js';
import { copied, exactMember, parseJson } from './json-numbers.js';

const memberOf = (literal: string): unknown => exactMember(parseJson(`{"amount":${literal}}`) as object, 'amount');

describe('a number of JSON', () => {
  it.each([
    '1234567890.1000000001',
    '5.0000000000000001',
    '-1.00000000000000000001e3',
    '0.50000000000000001E0',
    ' 2.0000000000000000001',
  ])('that is written %s has too many digits, and none of them is left', (literal) =>
    expect(memberOf(literal)).toBe(LONG_NUMBER),
  );

  it.each([
    '1.00000000000000000000',
    '0.000000000000000000001',
    '123456789012345',
    '1e21',
    '100000000000000000000',
    '-0.5',
  ])('that is written %s has not', (literal) => expect(memberOf(literal)).toBe(Number(literal)));

  it('is what JSON.parse makes of it, in any document', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is found at any depth, and in a copy', () => {
    const document = parseJson('{"list":[{"a":1},{"a":1.00000000000000001}]}') as { list: { a: number }[] };
    expect(document).toEqual({ list: [{ a: 1 }, { a: 1 }] });
    const [short, long] = document.list.map((item) => copied(item, { ...item, more: true }));
    expect([exactMember(short!, 'a'), exactMember(long!, 'a')]).toEqual([1, LONG_NUMBER]);
  });

  it('is found behind a byte order mark', () => {
    const document = parseJson('\ufeff{"amount":1.00000000000000001}') as object;
    expect(exactMember(document, 'amount')).toBe(LONG_NUMBER);
  });

  it('in a text is none', () => {
    expect(memberOf('"x: 1234567890.1000000001"')).toBe('x: 1234567890.1000000001');
  });
});
