import { InvalidInput } from '../errors.js';
import { isUuid } from './uuid.js';

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Cursor of the next page; null on the last one. */
  next_cursor: string | null;
  /** Total number of items; null if it was not requested. */
  total: number | null;
}

/** The page to return. With a cursor, the offset is ignored. */
export interface PageRequest {
  limit: number;
  offset?: number;
  cursor?: string | undefined;
  count?: boolean;
}

/** The position of a row in the order (created_at, id). */
export interface Position {
  created_at: Date;
  id: string;
}

/** The rows that a repository reads for a page: `take` rows behind `after`, or after skipping `skip` rows. */
export interface PageSlice<After = Position> {
  take: number;
  skip: number;
  after: After | null;
}

/** A list in the database; `filter` is the repository's own. A list that is never counted has no `count`. */
export interface PagedList<Filter, Row, After = Position> {
  list: (filter: Filter, slice: PageSlice<After>) => Promise<Row[]>;
  count?: (filter: Filter) => Promise<number>;
}

/** Converts the position of a row to the text of a cursor, and back. */
export interface CursorFormat<Row, After> {
  encode: (row: Row) => string;
  /** @throws InvalidInput if the text is not a valid cursor */
  decode: (cursor: string) => After;
}

const LATEST_MS = 253_402_300_799_999; // the end of the year 9999

const CREATION: CursorFormat<Position, Position> = { encode: encodeCursor, decode: decodeCursor };

/**
 * Returns a page of a list in the order (created_at, id).
 * @throws InvalidInput if the cursor is invalid
 */
export const paginate = <Filter, Row extends Position>(
  source: PagedList<Filter, Row>,
  filter: Filter,
  request: PageRequest,
): Promise<Page<Row>> => paginateBy(CREATION, source, filter, request);

/**
 * Returns a page of a list in another order, whose positions `format` converts. Reads one row more than the page has:
 * it only shows that there is a next page.
 * @throws InvalidInput if the cursor is invalid
 */
export async function paginateBy<Filter, Row, After>(
  format: CursorFormat<Row, After>,
  source: PagedList<Filter, Row, After>,
  filter: Filter,
  { limit, offset = 0, cursor, count = false }: PageRequest,
): Promise<Page<Row>> {
  const after = cursor === undefined ? null : format.decode(cursor);
  const [rows, total] = await Promise.all([
    source.list(filter, { take: limit + 1, skip: after ? 0 : offset, after }),
    count && source.count ? source.count(filter) : null,
  ]);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: rows.length > limit && last ? format.encode(last) : null, total };
}

/** Returns the page with each item converted. */
export const mapPage = <Row, View>(page: Page<Row>, view: (row: Row) => View): Page<View> => ({
  ...page,
  items: page.items.map(view),
});

/** Encodes a position as an opaque cursor. */
export function encodeCursor({ created_at, id }: Position): string {
  return Buffer.from(`${created_at.getTime()}.${id}`).toString('base64url');
}

/** @throws InvalidInput if the text is not a valid cursor */
export function decodeCursor(cursor: string): Position {
  const [ms = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('.', 2);
  if (/^\d{1,15}$/.test(ms) && Number(ms) <= LATEST_MS && isUuid(id)) {
    const position = { created_at: new Date(Number(ms)), id };
    if (encodeCursor(position) === cursor) return position;
  }
  throw invalidCursor();
}

export const invalidCursor = (): InvalidInput =>
  new InvalidInput([{ field: 'cursor', message: 'is not a valid cursor' }]);
