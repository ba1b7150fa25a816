import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { InvalidInput } from '../errors.js';
import { isUuid } from '../database/uuid.js';
import { IsText, IsWholeNumber } from '../values/wire-decorators.js';

/** One page of a list. The items are sent as a plain array, the rest as headers. */
export interface Page<T> {
  items: T[];
  /** Cursor of the next page; null on the last one. */
  next_cursor: string | null;
  /** Total number of items; null if it was not requested. */
  total: number | null;
}

/** The position of the last row of a page in the order (created_at, id), newest first. */
export interface Position {
  created_at: Date;
  id: string;
}

export const LIMIT_MAX = 500;
export const LIMIT_DEFAULT = 50;
const OFFSET_MAX = 10_000_000;
const CURSOR_MAX_CHARACTERS = 200;
const LATEST_MS = 253_402_300_799_999; // the end of the year 9999

/** Query of a paged list; extend it with the list's filters. */
export class PageQuery {
  @ApiPropertyOptional({
    description: 'Maximum number of items.',
    type: 'integer',
    minimum: 1,
    maximum: LIMIT_MAX,
    default: LIMIT_DEFAULT,
  })
  @QueryInteger()
  @IsWholeNumber({ min: 1, max: LIMIT_MAX })
  limit: number = LIMIT_DEFAULT;

  @ApiPropertyOptional({
    description: 'Number of items to skip. Large offsets are slow; use a cursor instead.',
    type: 'integer',
    minimum: 0,
    default: 0,
  })
  @QueryInteger()
  @IsWholeNumber({ min: 0, max: OFFSET_MAX })
  offset: number = 0;

  @ApiPropertyOptional({ description: 'X-Next-Cursor of the previous page; offset is then ignored.', type: 'string' })
  @IsOptional()
  @IsText({ max_length: CURSOR_MAX_CHARACTERS })
  cursor?: string;

  @ApiPropertyOptional({
    description: 'true: return the total number of items in X-Total-Count.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  count: boolean = false;
}

/** Converts the digits of a query parameter to a number. Anything else is left for the validators. */
export function QueryInteger(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value,
  );
}

/** Converts `true` and `false` in a query parameter to a boolean. Anything else is left for the validators. */
export function QueryBoolean(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));
}

/** Encodes a position as an opaque cursor. */
export function encodeCursor({ created_at, id }: Position): string {
  return Buffer.from(`${created_at.getTime()}.${id}`).toString('base64url');
}

/**
 * Decodes a cursor.
 * @throws InvalidInput naming `field` if the text is not a valid cursor
 */
export function decodeCursor(cursor: string, field = 'cursor'): Position {
  const [ms = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('.', 2);
  if (/^\d{1,15}$/.test(ms) && Number(ms) <= LATEST_MS && isUuid(id)) {
    const position = { created_at: new Date(Number(ms)), id };
    if (encodeCursor(position) === cursor) return position;
  }
  throw new InvalidInput([{ field, message: 'is not a valid cursor' }]);
}

/** Builds a page from up to `limit + 1` rows; the extra row only shows that there is a next page. */
export function pageOf<T extends Position>(rows: T[], limit: number, total: number | null = null): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: rows.length > limit && last ? encodeCursor(last) : null, total };
}

/** Returns the headers of a page; `url` is the path and query of the request. */
export function pageHeaders(page: Page<unknown>, url: string): Record<string, string> {
  const headers: Record<string, string> = {};
  if (page.total !== null) headers['x-total-count'] = String(page.total);
  if (page.next_cursor === null) return headers;
  const [path = '', query = ''] = url.split('?', 2);
  const params = new URLSearchParams(query);
  params.delete('offset');
  params.set('cursor', page.next_cursor);
  headers['x-next-cursor'] = page.next_cursor;
  headers.link = `<${path}?${params.toString()}>; rel="next"`;
  return headers;
}
