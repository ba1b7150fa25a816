import { applyDecorators, Logger, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import type { Readable } from 'node:stream';
import { headersDoc } from '../http/openapi/openapi-models.js';
import { QueryBoolean } from '../http/page.js';
import type { View } from '../http/view.js';
import { exportOf, MEDIA_TYPES } from './export.js';
import { EXPORT_FORMATS, type ExportForm, type ExportFormat, type Pages, type Sheet } from './sheet.js';

const ARCHIVE = 'application/zip';
const NAME_MAX = 100;
const log = new Logger('export');

/** Query of a file download. */
export class ExportQuery implements ExportForm {
  @ApiPropertyOptional({
    description:
      'File format. Amounts are exact in all formats; in xlsx, where numbers have 15 digits, longer ones are text. In csv, text that a spreadsheet would run as a formula is prefixed with an apostrophe.',
    enum: EXPORT_FORMATS,
    default: 'csv',
  })
  @IsOptional()
  @IsIn(EXPORT_FORMATS)
  format: ExportFormat = 'csv';

  @ApiPropertyOptional({
    description: 'true: a csv that Excel opens by a double click, with a byte order mark and a line `sep=,`.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  excel: boolean = false;
}

/**
 * Returns a response that streams a table as a file. An error before the first page becomes a problem response; a later
 * error closes the connection, so that a partial file does not look complete.
 */
export async function download(sheet: Sheet, form: ExportForm, name: string): Promise<StreamableFile> {
  const pages = await begun(sheet.pages);
  const { format } = form;
  return attachment(exportOf({ ...sheet, pages }, form), MEDIA_TYPES[format], `${name}.${format}`);
}

/** Returns a response that streams a zip archive. */
export function archiveDownload(archive: Readable, name: string): StreamableFile {
  return attachment(archive, ARCHIVE, `${name.replace(/[^\w.@-]+/g, '_').slice(0, NAME_MAX)}.zip`);
}

function attachment(stream: Readable, type: string, name: string): StreamableFile {
  stream.once('error', (error) => log.warn(`the export ${name} was aborted: ${error.message}`));
  return new StreamableFile(stream, { type, disposition: `attachment; filename="${name}"` });
}

/** Returns a file name without extension, from the content and the range. */
export function fileName(what: string, from: Date | undefined, until: Date | undefined): string {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const last = until && new Date(until.getTime() - 1);
  return [what, ...(from ? ['from', day(from)] : []), ...(last ? ['to', day(last)] : [])].join('-');
}

/** Documents a response of {@link download}. */
export function ReturnsFile(view: View): MethodDecorator {
  const binary = { schema: { type: 'string' as const, format: 'binary' } };
  const content = {
    [typeOf('csv')]: binary,
    'application/json': { schema: { type: 'array' as const, items: { $ref: getSchemaPath(view) } } },
    [typeOf('xlsx')]: binary,
    [typeOf('txt')]: binary,
  };
  return applyDecorators(
    ApiExtraModels(view),
    ApiResponse({
      status: 200,
      description: 'A file. Column names are the same as in JSON.',
      headers: headersDoc('Content-Disposition'),
      content,
    }),
  );
}

/** Documents a response of {@link archiveDownload}. */
export const ReturnsArchive = (): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'A zip archive.',
    headers: headersDoc('Content-Disposition'),
    content: { [ARCHIVE]: { schema: { type: 'string', format: 'binary' } } },
  });

/** Returns the media type of a format without parameters. */
const typeOf = (format: ExportFormat): string => MEDIA_TYPES[format].replace(/;.*$/, '');

/** Returns the same pages after reading the first one. */
async function begun(pages: Pages): Promise<Pages> {
  const iterator = pages[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}
