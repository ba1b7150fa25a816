import { Injectable } from '@nestjs/common';
import type { AuditLogRow } from '../generated/rows.js';
import { type Page, paginate } from '../platform/database/paging.js';
import type { AuditQuery } from './audit.dto.js';
import { AuditRepository } from './audit.repository.js';

/** Reads the audit log. */
@Injectable()
export class AuditService {
  constructor(private readonly audit: AuditRepository) {}

  /**
   * Returns a page of the log, newest first.
   * @throws InvalidInput for an invalid cursor
   */
  list(query: AuditQuery): Promise<Page<AuditLogRow>> {
    return paginate(this.audit, query, query);
  }
}
