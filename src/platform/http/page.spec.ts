import { describe, expect, it } from '@jest/globals';
import { pageHeaders } from './page.js';

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
});
