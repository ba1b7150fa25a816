import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Problem, Requires, Returns } from '../platform/http/decorators.js';
import { AuditQuery, AuditView } from './audit.dto.js';
import { AuditService } from './audit.service.js';

/** Who did what to whom. */
@ApiTags('Audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @ApiOperation({
    summary: 'The audit log, newest first',
    description: 'Deductions are not in it: their ledger lines are their record. Follow `X-Next-Cursor`.',
  })
  @Requires('admin')
  @Returns(AuditView, { list: true })
  @Problem(422, 'invalid_request')
  listAuditEntries(@Query() query: AuditQuery) {
    return this.audit.list(query);
  }
}
