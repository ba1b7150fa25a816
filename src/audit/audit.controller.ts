import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Problem, Requires, Returns } from '../platform/http/decorators.js';
import { AuditQuery, AuditView } from './audit.dto.js';
import { AuditService } from './audit.service.js';

/** The audit log of administrative actions. */
@ApiTags('Audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @ApiOperation({
    summary: 'List the audit log, newest first',
    description:
      'Booked charges are not included; the ledger records them. For the next page, send `X-Next-Cursor` as `cursor`.',
  })
  @Requires('admin:*', 'admin')
  @Returns(AuditView, { list: true })
  @Problem(422, 'invalid_request')
  listAuditEntries(@Query() query: AuditQuery) {
    return this.audit.list(query);
  }
}
