import { Inject, Injectable } from '@nestjs/common';
import { checkPayload } from '../platform/http/bodies/validation.js';
import { IMPORTS_OF, type ImportsOf } from './kinds/imports-of.js';
import type { Item, KindImport, Run } from './kinds/kind-import.js';
import { type KindReport, Tally } from './report.js';
import type { Kind, Source, SourceRecord } from './source.js';

/** The steps of an import: inspect the source, plan the results, or apply the import. */
export type Step = 'inspect' | 'plan' | 'apply';

/** Receives the progress: the rows done and the total of a kind. */
export type OnProgress = (kind: Kind, done: number, total: number) => void;

/** A validated row. */
export interface CheckedRow extends Item<object> {
  oddities: readonly string[];
}

const BATCH = 1_000;
const FIRST_ROWS = 5;

/** Runs the steps of an import. All steps validate the rows of a source in the same way. */
@Injectable()
export class ImportsService {
  constructor(@Inject(IMPORTS_OF) private readonly importsOf: ImportsOf) {}

  /**
   * Processes the rows of some kinds. Only `apply` writes. It writes each row once, in batches, so it can be
   * interrupted and restarted at any time.
   * @throws DomainError if the source or the database is unavailable; imported rows remain
   */
  async go(step: Step, source: Source, kinds: readonly Kind[], run: Run, on: OnProgress): Promise<KindReport[]> {
    const reports: KindReport[] = [];
    for (const kind of kinds) {
      const total = step === 'inspect' ? 0 : await source.count(kind);
      const tally = new Tally(kind, step === 'plan' ? FIRST_ROWS : 0);
      let done = 0;
      for await (const batch of this.checked(source, kind, run, tally)) {
        const rows = batch.filter((row) => !(row instanceof Error)) as CheckedRow[];
        if (step !== 'inspect') await this.end(step, kind, rows, run, tally);
        on(kind, (done += batch.length), total);
      }
      reports.push(tally.report(step !== 'inspect'));
    }
    return reports;
  }

  /** Yields the rows of a kind in batches. Rows that cannot be imported are counted and yielded as errors. */
  async *checked(source: Source, kind: Kind, run: Run, tally: Tally): AsyncGenerator<(CheckedRow | Error)[]> {
    const of = this.importsOf[kind];
    let batch: SourceRecord[] = [];
    const check = (): Promise<(CheckedRow | Error)[]> => Promise.all(batch.map((row) => checkRow(of, row, run, tally)));
    for await (const record of source.read(kind)) {
      batch.push(record);
      if (batch.length < BATCH) continue;
      yield await check();
      batch = [];
    }
    if (batch.length > 0) yield await check();
  }

  private async end(step: Step, kind: Kind, rows: readonly CheckedRow[], run: Run, tally: Tally): Promise<void> {
    const of = this.importsOf[kind];
    const ends = await (step === 'plan' ? of.foresee(rows, run) : of.take(rows, run));
    rows.forEach(({ row, record }, i) => tally.end(row, ends[i] ?? new Error('no end'), record));
  }
}

async function checkRow(
  of: KindImport<object>,
  { row, id, fields, notes }: SourceRecord,
  run: Run,
  tally: Tally,
): Promise<CheckedRow | Error> {
  try {
    if (fields instanceof Error) throw fields;
    const record = await checkPayload(of.dto, fields);
    of.assertUsable?.(record, run);
    const oddities = [...notes, ...(of.oddities?.(record, run) ?? [])];
    tally.add(row, of.sums?.(record) ?? {}, oddities);
    return { row, import_id: `${run.name}:${id}`, record, oddities };
  } catch (error) {
    tally.refuse(row, error as Error, notes);
    return error as Error;
  }
}
