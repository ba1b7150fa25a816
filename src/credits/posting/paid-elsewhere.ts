import { Injectable } from '@nestjs/common';
import { UsageEventsRepository } from '../../metering/usage-events.repository.js';
import type { Tx } from '../../platform/database/database.js';
import { IdempotencyRepository } from './idempotency.js';
import { eventOf, type Outcome, type Posting } from './posting.js';

/** Records on the account of a person that an organization paid for some work. */
@Injectable()
export class PaidElsewhere {
  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly events: UsageEventsRepository,
  ) {}

  /** Takes the key and the name of the work on the locked account `home`. */
  async record(tx: Tx, home: string, posting: Posting, { line, hold, event }: Outcome): Promise<void> {
    const { key, user_id: paid_by } = posting;
    const resource_id = line?.id ?? hold?.id ?? event?.id ?? null;
    if (key) await this.keys.record(tx, home, [{ ...key, resource_id, paid_by }]);
    if (event && typeof eventOf(posting)?.request_id === 'string') await this.events.takeName(tx, event, home);
  }
}
