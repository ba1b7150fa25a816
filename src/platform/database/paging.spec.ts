import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../errors.js';
import { decodeCursor, encodeCursor, mapPage, type PagedList, paginate, type Position } from './paging.js';

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
      expect(() => decodeCursor(cursor)).toThrow(/^cursor: /);
    },
  );
});

describe('a page', () => {
  const rows: Position[] = [3, 2, 1].map((s) => ({ ...position, created_at: new Date(s * 1000) }));
  const source: PagedList<string, Position> = {
    list: (_filter, { take, skip, after }) => {
      const older = after ? rows.filter(({ created_at }) => created_at < after.created_at) : rows;
      return Promise.resolve(older.slice(skip, skip + take));
    },
    count: (filter) => Promise.resolve(filter === 'all' ? rows.length : 0),
  };

  it('has a cursor to the next one, and the last page has none', async () => {
    const first = await paginate(source, 'all', { limit: 2 });
    expect(first).toEqual({
      items: rows.slice(0, 2),
      next_cursor: encodeCursor({ ...position, created_at: new Date(2000) }),
      total: null,
    });
    const next = await paginate(source, 'all', { limit: 2, offset: 1, cursor: first.next_cursor ?? '' });
    expect(next).toEqual({ items: rows.slice(2), next_cursor: null, total: null });
    expect((await paginate(source, 'all', { limit: 3 })).next_cursor).toBeNull();
  });

  it('skips rows only without a cursor, and counts on request', async () => {
    const page = await paginate(source, 'all', { limit: 5, offset: 1, count: true });
    expect(page).toEqual({ items: rows.slice(1), next_cursor: null, total: 3 });
    expect((await paginate(source, 'none', { limit: 5, count: true })).total).toBe(0);
    expect((await paginate({ list: source.list }, 'all', { limit: 5, count: true })).total).toBeNull();
  });

  it('keeps its cursor and its total when its items are converted', async () => {
    const page = await paginate(source, 'all', { limit: 2, count: true });
    expect(mapPage(page, ({ created_at }) => created_at.getTime())).toEqual({ ...page, items: [3000, 2000] });
  });
});
