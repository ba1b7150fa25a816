import { Injectable } from '@nestjs/common';
import type { AuditLogRow } from '../generated/rows.js';
import { decodeCursor, type Page, pageOf } from '../platform/http/page.js';
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
  async list({ limit, offset, cursor, count, ...filter }: AuditQuery): Promise<Page<AuditLogRow>> {
    const after = cursor === undefined ? null : decodeCursor(cursor);
    const [rows, total] = await Promise.all([
      this.audit.list(filter, limit, offset, after),
      count ? this.audit.count(filter) : null,
    ]);
    return pageOf(rows, limit, total);
  }
}
