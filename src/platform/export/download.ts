import { applyDecorators, Logger, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { View } from '../http/view.js';
import { exportOf, MEDIA_TYPES } from './export.js';
import { EXPORT_FORMATS, type ExportFormat, type Pages, type Sheet } from './sheet.js';

const log = new Logger('export');

/** In which form a file is wanted. */
export class ExportQuery {
  /** Form of the file. */
  @ApiPropertyOptional({ description: 'Form of the file.', enum: EXPORT_FORMATS, default: 'csv' })
  @IsOptional()
  @IsIn(EXPORT_FORMATS)
  format: ExportFormat = 'csv';
}

/**
 * The answer that sends a table as a file, while it is read. What fails before the first page is there is answered as
 * a problem; what fails later cuts the connection, for half a file must not look whole.
 */
export async function download(sheet: Sheet, format: ExportFormat, name: string): Promise<StreamableFile> {
  const pages = await begun(sheet.pages);
  const stream = exportOf({ ...sheet, pages }, format);
  stream.once('error', (error) => log.warn(`the export ${name} was cut short: ${error.message}`));
  return new StreamableFile(stream, {
    type: MEDIA_TYPES[format],
    disposition: `attachment; filename="${name}.${format}"`,
  });
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
    [MEDIA_TYPES.csv]: binary,
    'application/json': { schema: { type: 'array' as const, items: { $ref: getSchemaPath(view) } } },
    [MEDIA_TYPES.xlsx]: binary,
    [MEDIA_TYPES.txt]: binary,
  };
  return applyDecorators(
    ApiExtraModels(view),
    ApiResponse({ status: 200, description: 'A file; columns are named as in JSON.', content }),
  );
}

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
