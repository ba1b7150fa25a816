import { applyDecorators, Logger, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import type { Readable } from 'node:stream';
import { headersDoc } from '../http/openapi-models.js';
import { QueryBoolean } from '../http/page.js';
import type { View } from '../http/view.js';
import { exportOf, MEDIA_TYPES } from './export.js';
import { EXPORT_FORMATS, type ExportForm, type ExportFormat, type Pages, type Sheet } from './sheet.js';

const ARCHIVE = 'application/zip';
const NAME_MAX = 100;
const log = new Logger('export');

/** In which form a file is wanted. */
export class ExportQuery implements ExportForm {
  /** Form of the file. */
  @ApiPropertyOptional({
    description:
      'Form of the file. Amounts are exact in all of them; in xlsx, where numbers have 15 digits, longer ones are texts. In csv an apostrophe stands before a text that a spreadsheet would run as a formula.',
    enum: EXPORT_FORMATS,
    default: 'csv',
  })
  @IsOptional()
  @IsIn(EXPORT_FORMATS)
  format: ExportFormat = 'csv';

  /** Whether a csv is made for Excel. */
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
 * The answer that sends a table as a file, while it is read. What fails before the first page is there is answered as
 * a problem; what fails later cuts the connection, for half a file must not look whole.
 */
export async function download(sheet: Sheet, form: ExportForm, name: string): Promise<StreamableFile> {
  const pages = await begun(sheet.pages);
  const { format } = form;
  return attachment(exportOf({ ...sheet, pages }, form), MEDIA_TYPES[format], `${name}.${format}`);
}

/** The answer that sends a zip archive, while it is made. */
export function archiveDownload(archive: Readable, name: string): StreamableFile {
  return attachment(archive, ARCHIVE, `${name.replace(/[^\w.@-]+/g, '_').slice(0, NAME_MAX)}.zip`);
}

function attachment(stream: Readable, type: string, name: string): StreamableFile {
  stream.once('error', (error) => log.warn(`the export ${name} was cut short: ${error.message}`));
  return new StreamableFile(stream, { type, disposition: `attachment; filename="${name}"` });
}

/** A file's name without its ending: what is in it, and from which day on until before which instant. */
export function fileName(what: string, from: Date | undefined, until: Date | undefined): string {
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  const last = until && new Date(until.getTime() - 1);
  return [what, ...(from ? ['from', day(from)] : []), ...(last ? ['to', day(last)] : [])].join('-');
}

/** Documents an answer of {@link download}. */
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
      description: 'A file; columns are named as in JSON.',
      headers: headersDoc('Content-Disposition'),
      content,
    }),
  );
}

/** Documents an answer of {@link archiveDownload}. */
export const ReturnsArchive = (): MethodDecorator =>
  ApiResponse({
    status: 200,
    description: 'A zip archive.',
    headers: headersDoc('Content-Disposition'),
    content: { [ARCHIVE]: { schema: { type: 'string', format: 'binary' } } },
  });

/** The media type of a form, without its parameters. */
const typeOf = (format: ExportFormat): string => MEDIA_TYPES[format].replace(/;.*$/, '');

/** The same pages, the first of which is read by now. */
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
