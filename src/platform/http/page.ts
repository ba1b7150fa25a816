import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import type { Page } from '../database/paging.js';
import { IsText, IsWholeNumber } from '../values/wire-decorators.js';

export const LIMIT_MAX = 500;
export const LIMIT_DEFAULT = 50;
const OFFSET_MAX = 10_000_000;
const CURSOR_MAX_CHARACTERS = 200;

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

/** Returns the headers of a page, whose items are sent as a plain array; `url` is the path and query of the request. */
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
