import { Injectable, type OnModuleInit } from '@nestjs/common';
import { writeEvents } from '../events/event-log.js';
import type { JobRun } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { Database } from '../platform/database/database.js';
import { ApiKeysRepository } from './api-keys.repository.js';

/** How long before a key expires its user is told, in days. */
const DAYS_BEFORE = [7, 1];
const BATCH_KEYS = 500;

/**
 * Writes the events about keys that are about to expire: a week and a day before, each once for each expiry. A key that
 * lasts less than that is not told of, nor one that does not work anyway.
 */
@Injectable()
export class ExpiringKeysJob implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly keys: ApiKeysRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'expiring-keys', cron: '23 * * * *', run: (_data, run) => this.tellAll(run) });
  }

  /** Tells of all keys of which it is due. Can run anywhere at the same time. */
  async tellAll({ signal }: Pick<JobRun, 'signal'>): Promise<void> {
    let count: number;
    do {
      signal.throwIfAborted();
      count = await this.db.transaction(async (tx) => {
        const keys = await this.keys.tellExpiring(tx, DAYS_BEFORE, BATCH_KEYS);
        await writeEvents(
          tx,
          keys.map((key) => ({ user_id: key.user_id, type: 'key.expiring' as const, object: key })),
        );
        return keys.length;
      });
    } while (count === BATCH_KEYS);
  }
}
