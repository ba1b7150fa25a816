import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { download, ReturnsFile } from '../../platform/export/download.js';
import { AcceptBody } from '../../platform/http/bodies/bodies.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { answered } from '../../platform/http/idempotency-key.js';
import { PageQuery } from '../../platform/http/page.js';
import {
  CreditImportLinesQuery,
  CreditImportLineView,
  CreditImportModeBody,
  CreditImportQuery,
  CreditImportResultQuery,
  CreditImportView,
} from './imports.dto.js';
import { CreditImports } from './imports.service.js';

/** Largest file. */
export const FILE_MAX_BYTES = 10 * 1024 * 1024;

const Import = (): MethodDecorator => ApiParam({ name: 'id', description: 'Id of the import.' });

/** Files of credits for many accounts. */
@ApiTags('Scheduled grants')
@Controller('admin/credits')
export class CreditImportsController {
  constructor(private readonly imports: CreditImports) {}

  @Post('import')
  @ApiOperation({
    summary: 'Import credits from a file',
    description:
      'CSV with the columns `user_id`, `amount`, `reason` and, if wanted, `source` and `expires_at`, or JSON lines with the same fields; at most 50,000 lines and 10 MiB. Every line is checked first; with `dry_run=true` nothing else happens, and the import can be confirmed. A file is known by its digest: uploading it again books nothing twice and answers the import as it stands, with `Idempotency-Hit: true`. Booking continues in the background; follow it with `GET /admin/credits/imports/{id}`.',
  })
  @ApiBody({
    required: true,
    description: 'CSV, or JSON lines.',
    schema: { type: 'string' },
    examples: {
      CSV: { value: 'user_id,amount,reason\nuser-42,10,June\n' },
      'JSON lines': { value: '{"user_id": "user-42", "amount": "10", "reason": "June"}\n' },
    },
  })
  @ApiConsumes('text/csv', 'application/x-ndjson')
  @Requires('admin:*', 'admin')
  @AcceptBody({ as_text: true, max_bytes: FILE_MAX_BYTES })
  @Returns(CreditImportView)
  @Problem(409, 'import_has_errors', 'import_too_large')
  @Problem(413, 'payload_too_large')
  @Problem(422, 'invalid_request')
  async importCredits(@CurrentActor() actor: Actor, @Body() file: string, @Query() query: CreditImportQuery) {
    return answered(await this.imports.upload(actor, file, query));
  }

  @Get('imports')
  @ApiOperation({ summary: 'List imports of credits, newest first', description: 'Follow `X-Next-Cursor`.' })
  @Requires('admin:*', 'admin')
  @Returns(CreditImportView, { list: true })
  @Problem(422, 'invalid_request')
  listCreditImports(@Query() query: PageQuery) {
    return this.imports.list(query);
  }

  @Get('imports/:id')
  @ApiOperation({ summary: 'Get an import of credits with its progress' })
  @Import()
  @Requires('admin:*', 'admin')
  @Returns(CreditImportView)
  @Problem(404, 'not_found')
  getCreditImport(@Id() id: string) {
    return this.imports.get(id);
  }

  @Get('imports/:id/lines')
  @ApiOperation({ summary: 'List the lines of an import with their results', description: 'Follow `X-Next-Cursor`.' })
  @Import()
  @Requires('admin:*', 'admin')
  @Returns(CreditImportLineView, { list: true })
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  listCreditImportLines(@Id() id: string, @Query() query: CreditImportLinesQuery) {
    return this.imports.lines(id, query);
  }

  @Get('imports/:id/result')
  @ApiOperation({ summary: 'Export the lines of an import with their results as a file' })
  @Import()
  @Requires('admin:*', 'admin')
  @ReturnsFile(CreditImportLineView)
  @Problem(404, 'not_found')
  async exportCreditImport(@Id() id: string, @Query() query: CreditImportResultQuery) {
    return download(await this.imports.sheet(id, query.state), query, 'credits-import');
  }

  @Post('imports/:id/confirm')
  @ApiOperation({
    summary: 'Book a checked import',
    description: 'Booking continues in the background. Repeating it has no further effect.',
  })
  @Import()
  @Requires('admin:*', 'admin')
  @Returns(CreditImportView)
  @Problem(404, 'not_found')
  @Problem(409, 'import_has_errors', 'import_too_large')
  async confirmCreditImport(@CurrentActor() actor: Actor, @Id() id: string, @Body() { mode }: CreditImportModeBody) {
    return answered(await this.imports.confirm(actor, id, mode));
  }
}
