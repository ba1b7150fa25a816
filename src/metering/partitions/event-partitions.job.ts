import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { EventPartitionsRepository, type NamePosition } from './event-partitions.repository.js';

/** How far ahead partitions are made. */
const MONTHS_AHEAD = 3;
const NAMES_PAGE = 5_000;
const START: NamePosition = { user_id: '', id: '00000000-0000-0000-0000-000000000000' };

/**
 * Makes the partitions of usage_events ahead, and retires those that are older than RETENTION_EVENTS, once a day
 * (docs/decisions/0024-partitions.md).
 */
@Injectable()
export class EventPartitionsJob implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly repository: EventPartitionsRepository,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.define({
      name: 'event-partitions',
      cron: '20 3 * * *',
      isDue: async () => !(await this.isAhead()),
      run: async (_data, run) => {
        await this.makeAhead(run);
        await this.endHandover(run);
        await this.retirePast(run);
      },
    });
  }

  /** Whether the partitions of the next two months exist. */
  async isAhead(): Promise<boolean> {
    return !(await this.repository.isMissing(MONTHS_AHEAD - 1));
  }

  /** Makes the partitions of the next three months. Events are recorded meanwhile. */
  async makeAhead({ log }: Pick<JobRun, 'log'>): Promise<void> {
    const made = await this.repository.add(MONTHS_AHEAD);
    if (made.length > 0) log.log(`made the partitions ${made.join(', ')}`);
  }

  /** Ends what the migration did for instances of the earlier release: it costs every recorded event. */
  async endHandover({ log }: Pick<JobRun, 'log'>): Promise<void> {
    if (await this.repository.endHandover()) log.log('the trigger for instances of earlier releases was dropped');
  }

  /**
   * Drops or detaches whole partitions that are past the retention, with the names of their events. Ledger and roll-ups
   * stay; a partition with events that are not rolled up yet stays, too.
   */
  async retirePast({ signal, log }: JobRun): Promise<void> {
    const { retention_months, retired } = this.config.events;
    if (retention_months === null) return;
    for (const { name, is_rolled_up } of await this.repository.past(retention_months)) {
      if (!is_rolled_up) {
        log.warn(`${name} has events that are not rolled up yet, so it is kept until the next run`);
        return;
      }
      // before their events: a run that is interrupted here finds the remaining names again
      let last: NamePosition | null = START;
      while (last) {
        signal.throwIfAborted();
        last = await this.repository.forgetNames(name, last, NAMES_PAGE);
      }
      await this.repository.retire(name, retired === 'detach');
      log.log(
        `${name} was ${retired === 'detach' ? 'detached' : 'dropped'}: older than ${String(retention_months)} months`,
      );
    }
  }
}
