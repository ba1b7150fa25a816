import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../errors.js';
import { decodeCursor, encodeCursor, pageHeaders, pageOf } from './page.js';

const position = { created_at: new Date('2026-11-21T00:00:00.123Z'), id: '0199f1c2-7d3e-7c4b-8a5f-1234567890ab' };

describe('a cursor', () => {
  it('comes back as the position it was made from', () => {
    expect(decodeCursor(encodeCursor(position))).toEqual(position);
    expect(encodeCursor(position)).toMatch(/^[\w-]+$/);
  });

  it.each(['', 'x', '!!!', encodeCursor({ ...position, id: "'; DROP" }), `${encodeCursor(position)}=`, btoa('9e99.1')])(
    'that we did not make is refused, naming the parameter: %p',
    (cursor) => {
      expect(() => decodeCursor(cursor)).toThrow(InvalidInput);
      expect(() => decodeCursor(cursor, 'after')).toThrow(/^after: /);
    },
  );
});

describe('the headers of a page', () => {
  it('point to the next page and keep the other parameters', () => {
    const url = '/api/v1/credits/transactions?limit=5&offset=10&search=a%26b&cursor=old';
    expect(pageHeaders({ items: [], next_cursor: 'abc', total: 7 }, url)).toEqual({
      'x-total-count': '7',
      'x-next-cursor': 'abc',
      link: '</api/v1/credits/transactions?limit=5&search=a%26b&cursor=abc>; rel="next"',
    });
  });

  it('are absent on the last page, when nothing was counted', () => {
    expect(pageHeaders({ items: [], next_cursor: null, total: null }, '/x')).toEqual({});
    expect(pageHeaders({ items: [], next_cursor: null, total: 0 }, '/x')).toEqual({ 'x-total-count': '0' });
  });

  it('are known from one surplus row', () => {
    const rows = [1, 2, 3].map((n) => ({ ...position, n }));
    expect(pageOf(rows, 2)).toEqual({ items: rows.slice(0, 2), next_cursor: encodeCursor(position), total: null });
    expect(pageOf(rows, 3, 3)).toEqual({ items: rows, next_cursor: null, total: 3 });
  });
});
