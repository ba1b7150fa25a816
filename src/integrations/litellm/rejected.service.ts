import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { LitellmRejectedLogRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { DomainError, InvalidInput } from '../../platform/errors.js';
import { type Page, paginate } from '../../platform/database/paging.js';
import type { Report } from '../../usage/tracking/usage-report.js';
import { TrackingService } from '../../usage/tracking/tracking.service.js';
import type { LogExcerpt } from './log-excerpt.js';
import { litellmReport } from './log-report.js';
import { nameOf } from './payer.js';
import type { RejectedQuery } from './rejected.dto.js';
import { RejectedRepository } from './rejected.repository.js';

/** Manages rejected logs. Admins book or discard each log once. */
@Injectable()
export class RejectedService {
  constructor(
    private readonly rejected: RejectedRepository,
    private readonly tracking: TrackingService,
    private readonly audit: AuditRepository,
    private readonly db: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns a page of rejected logs, newest first. @throws InvalidInput if the cursor is invalid */
  list({ status, ...page }: RejectedQuery): Promise<Page<LitellmRejectedLogRow>> {
    return paginate(this.rejected, status, page);
  }

  /**
   * Books a log for a user, by default the one it names. The work is settled at the time it was done, regardless of its
   * age and cost. Safe to repeat. The log is claimed for the user before the work is booked, and the work has a fixed
   * request_id, so it is charged to one user, once.
   * @throws NotFound; InvalidInput; DomainError `already_resolved`
   */
  async assign(actor: Actor, id: string, user_id: string | null | undefined): Promise<LitellmRejectedLogRow> {
    const row = await this.rejected.get(id);
    const payer = nameOf(user_id ?? row.named_user);
    if (payer === null)
      throw new InvalidInput([{ field: 'user_id', message: 'is required because the log names no payer' }]);
    const report = this.reportOf(row, payer);
    if (!(await this.rejected.claim(id, payer))) return bookedFor(payer, await this.rejected.get(id));
    const { event } = await this.tracking.track(actor, report);
    return this.db.transaction(async (tx) => {
      const { log_id, reason } = row;
      if (await this.rejected.book(tx, id, event.id, actor.user_id)) {
        const metadata = { log_id, reason, event_id: event.id, total_cost: event.total_cost };
        const entry = { action: 'litellm.assign', resource_type: 'litellm_rejected_log', resource_id: id };
        await this.audit.record(tx, actor, { ...entry, user_id: payer, metadata });
      }
      return this.rejected.get(id, tx);
    });
  }

  /** Discards a log, so that it is never booked. Safe to repeat. @throws NotFound; DomainError `already_resolved` */
  async discard(actor: Actor, id: string): Promise<LitellmRejectedLogRow> {
    return this.db.transaction(async (tx) => {
      const isDone = await this.rejected.discard(tx, id, actor.user_id);
      const row = await this.rejected.get(id, tx);
      if (!isDone && row.status !== 'discarded') throw alreadyResolved(row);
      if (isDone) {
        const { log_id, reason } = row;
        const entry = { action: 'litellm.discard', resource_type: 'litellm_rejected_log', resource_id: id };
        await this.audit.record(tx, actor, { ...entry, user_id: actor.user_id, metadata: { log_id, reason } });
      }
      return row;
    });
  }

  private reportOf({ log, log_hash: hash }: LitellmRejectedLogRow, user_id: string): Report {
    if (Object.keys(log).length === 0) {
      throw new InvalidInput([
        { field: 'log', message: 'could not be parsed, so there is nothing to book; discard it' },
      ]);
    }
    return litellmReport(
      log as LogExcerpt,
      user_id,
      { config: this.config.litellm, hash, is_approved: true },
      new Date(),
    );
  }
}

/** Returns the row if it is already booked for the user. @throws DomainError `already_resolved` */
function bookedFor(user_id: string, row: LitellmRejectedLogRow): LitellmRejectedLogRow {
  if (row.status === 'booked' && row.assigned_to === user_id) return row;
  throw alreadyResolved(row);
}

function alreadyResolved({ status, assigned_to }: LitellmRejectedLogRow): DomainError {
  const how = status === 'open' ? `being booked for ${assigned_to ?? 'another user'}` : status;
  const whom = status === 'booked' ? ` for ${assigned_to ?? 'another user'}` : '';
  return new DomainError('conflict', 'already_resolved', `The log is ${how}${whom} already.`, { log_status: status });
}
