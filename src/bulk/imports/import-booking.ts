import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CreditImportLineRow } from '../../generated/rows.js';
import type { JobRun } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { systemActor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { units } from '../../platform/values/amount.js';
import { BulkGrants, lastingRefusal } from '../bulk-grants.js';
import { CreditImportsRepository } from './imports.repository.js';

/** Job that books confirmed imports. */
export const IMPORT_JOB = 'credit-import';
const ACTOR = systemActor('credit-import');
const PAGE = 200;

/** Told after each page: lines that are dealt with. */
export type OnBooked = (lines: number) => void;

/** Books confirmed imports. A line's state changes with its grant, so a line is booked once, by any number of processes. */
@Injectable()
export class ImportBooking implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly db: Database,
    private readonly imports: CreditImportsRepository,
    private readonly grants: BulkGrants,
  ) {}

  onModuleInit(): void {
    this.jobs.define<{ import_id: string }>({
      name: IMPORT_JOB,
      run: ({ import_id }, { signal }) => this.book(import_id, signal),
    });
    this.jobs.define({
      name: 'old-credit-imports',
      cron: '50 4 * * *',
      run: async (_data, { log }: JobRun) => {
        const deleted = await this.imports.deleteUnconfirmed();
        if (deleted > 0) log.log(`deleted ${deleted} imports of credits that were never confirmed`);
      },
    });
  }

  /** Books what is left of a confirmed import. Safe to repeat and to run concurrently. */
  async book(id: string, signal: AbortSignal, onBooked: OnBooked = () => undefined): Promise<void> {
    const { state, mode } = await this.imports.get(id);
    if (state !== 'booking') return;
    if (mode === 'all_or_nothing') await this.bookTogether(id);
    else await this.bookEach(id, signal, onBooked);
  }

  private async bookEach(id: string, signal: AbortSignal, onBooked: OnBooked): Promise<void> {
    for (;;) {
      const lines = await this.imports.ready(id, PAGE);
      if (lines.length === 0) return this.db.transaction((tx) => this.imports.finish(tx, id));
      for (const line of lines) {
        signal.throwIfAborted();
        await this.bookLine(line);
      }
      onBooked(lines.length);
    }
  }

  private async bookLine(line: CreditImportLineRow): Promise<void> {
    try {
      await this.db.transaction(async (tx) => {
        if (await this.imports.claim(tx, line)) await this.grant(tx, line);
      });
    } catch (error) {
      const refusal = lastingRefusal(error);
      if (refusal === null) throw error;
      await this.db.transaction((tx) => this.imports.settle(tx, line, { error: refusal }));
    }
  }

  /** One transaction that locks all accounts, in the order in which everything locks several. */
  private async bookTogether(id: string): Promise<void> {
    let current: CreditImportLineRow | undefined;
    try {
      await this.db.transaction(async (tx) => {
        if ((await this.imports.lock(tx, id)).state !== 'booking') return;
        const lines = await this.imports.allReady(tx, id);
        await this.grants.lockAll(
          tx,
          lines.flatMap(({ user_id }) => user_id ?? []),
        );
        for (current of lines) await this.grant(tx, current);
        await this.imports.finish(tx, id);
      });
    } catch (error) {
      const refusal = lastingRefusal(error);
      if (refusal === null) throw error;
      const reason = `Line ${current?.line ?? 0} was refused, so nothing was booked: ${refusal}`;
      await this.db.transaction((tx) => this.imports.finish(tx, id, reason.slice(0, 500)));
    }
  }

  private async grant(tx: Tx, row: CreditImportLineRow): Promise<void> {
    const { import_id, line, user_id, amount, reason, source, expires_at } = row;
    if (user_id === null || amount === null || source === null) throw new Error(`line ${line} is not ready`);
    const metadata = { import_id, line, ...(reason !== null && { reason }) };
    const order = {
      amount: units(amount),
      source,
      expires_at,
      details: { description: reason ?? undefined, metadata },
    };
    const transaction_id = await this.grants.give(tx, ACTOR, user_id, order, null);
    await this.imports.settle(tx, row, { transaction_id });
  }
}
