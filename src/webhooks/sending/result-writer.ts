import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { type FinishedQueue, QueuesRepository } from './queues.repository.js';

/** Queues whose results are stored in one transaction. */
const BATCH = 200;

interface Waiting {
  readonly finished: FinishedQueue;
  readonly stored: () => void;
}

/** Stores results of deliveries: all that are ready, in one transaction after the other. */
@Injectable()
export class ResultWriter {
  private readonly log = new Logger('webhooks');
  private readonly waiting: Waiting[] = [];
  private writing = false;

  constructor(
    private readonly db: Database,
    private readonly queues: QueuesRepository,
  ) {}

  /** Resolves once the results are stored. If that fails, the lease of the queue ends, and they are sent again. */
  write(finished: FinishedQueue): Promise<void> {
    return new Promise((stored) => {
      this.waiting.push({ finished, stored });
      if (!this.writing) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      try {
        await this.db.transaction((tx) =>
          this.queues.finish(
            tx,
            batch.map(({ finished }) => finished),
          ),
        );
      } catch (error) {
        this.log.warn(`results of webhook deliveries were lost, and the deliveries will be repeated: ${String(error)}`);
      }
      for (const { stored } of batch) stored();
    }
    this.writing = false;
  }
}
