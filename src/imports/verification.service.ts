import { Inject, Injectable } from '@nestjs/common';
import { amount, type Units, units } from '../platform/values/amount.js';
import { type CheckedRow, ImportsService, type OnProgress } from './imports.service.js';
import { ImportsRepository } from './imports.repository.js';
import { IMPORTS_OF, type ImportsOf } from './kinds/imports-of.js';
import type { Run } from './kinds/kind-import.js';
import { usageSource } from './kinds/usage.js';
import type { AccountRecord, UsageRecord } from './records.js';
import { type KindReport, Tally } from './report.js';
import type { Kind, Source } from './source.js';

/** A difference between the source and the imported data. */
export interface Difference {
  kind: Kind;
  /** The user or the row. */
  of: string;
  what: string;
  source: string;
  here: string;
}

/** The result of a comparison. */
export interface Verification {
  /** Number of users whose totals were compared. */
  users: number;
  differences: Difference[];
  reports: KindReport[];
}

interface Sums {
  balance: Units;
  events: number;
  tokens: bigint;
  cost: Units;
}

const NOTHING: Sums = { balance: 0n, events: 0, tokens: 0n, cost: 0n };

/** Compares a source with the imported data, to the last digit. */
@Injectable()
export class ImportVerification {
  constructor(
    private readonly imports: ImportsService,
    private readonly repository: ImportsRepository,
    @Inject(IMPORTS_OF) private readonly importsOf: ImportsOf,
  ) {}

  /**
   * Compares balances and usage as totals per user, and everything else row by row. Skips rows that the import refuses;
   * they are in the reports.
   */
  async verify(source: Source, kinds: readonly Kind[], run: Run, on: OnProgress): Promise<Verification> {
    const expected = new Map<string, Sums>();
    const differences: Difference[] = [];
    const reports: KindReport[] = [];
    for (const kind of kinds) {
      const total = await source.count(kind);
      const tally = new Tally(kind, 0);
      const names = new Set<string>();
      let done = 0;
      for await (const batch of this.imports.checked(source, kind, run, tally)) {
        const rows = batch.filter((row) => !(row instanceof Error)) as CheckedRow[];
        if (kind === 'accounts') rows.forEach((row) => addBalance(expected, row));
        else if (kind === 'usage')
          rows.forEach((row) => this.addUsage(expected, row, source.may_repeat ? names : null));
        else differences.push(...(await this.missing(kind, rows, run, tally)));
        on(kind, (done += batch.length), total);
      }
      reports.push(tally.report(false));
    }
    differences.push(...(await this.compare(expected, kinds, run)));
    return { users: expected.size, differences, reports };
  }

  /** Adds the usage of a row. Work that a source can contain twice is counted once. */
  private addUsage(expected: Map<string, Sums>, { record }: CheckedRow, names: Set<string> | null): void {
    const { user_id, request_id } = record as UsageRecord;
    const name = JSON.stringify([user_id, request_id]);
    if (names?.has(name)) return;
    names?.add(name);
    const { tokens = 0, credits = 0n } = this.importsOf.usage.sums?.(record) ?? {};
    const sums = sumsOf(expected, user_id);
    sums.events += 1;
    sums.tokens += BigInt(tokens);
    sums.cost += credits;
  }

  private async missing(kind: Kind, rows: readonly CheckedRow[], run: Run, tally: Tally): Promise<Difference[]> {
    const ends = await this.importsOf[kind].foresee(rows, run);
    rows.forEach(({ row, record }, i) => tally.end(row, ends[i] ?? new Error('no end'), record));
    return rows.flatMap(({ row }, i) =>
      ends[i] === 'new' ? [{ kind, of: row, what: 'row', source: 'is there', here: 'is missing' }] : [],
    );
  }

  private async compare(expected: Map<string, Sums>, kinds: readonly Kind[], run: Run): Promise<Difference[]> {
    const differences: Difference[] = [];
    const left = new Set(expected.keys());
    for await (const { user_id, balance, events, tokens, cost } of this.repository.sums(
      run.name,
      usageSource(run.name),
    )) {
      left.delete(user_id);
      const here = { balance: units(balance), events, tokens: BigInt(tokens), cost: units(cost) };
      differences.push(...differencesOf(user_id, expected.get(user_id) ?? NOTHING, here, kinds));
    }
    for (const user_id of left) {
      const difference = { kind: 'accounts' as const, of: user_id, what: 'account' };
      differences.push({ ...difference, source: 'is there', here: 'is missing' });
    }
    return differences;
  }
}

const sumsOf = (expected: Map<string, Sums>, user_id: string): Sums => {
  const sums = expected.get(user_id) ?? { ...NOTHING };
  expected.set(user_id, sums);
  return sums;
};

function addBalance(expected: Map<string, Sums>, { record }: CheckedRow): void {
  const { user_id, balance } = record as AccountRecord;
  sumsOf(expected, user_id).balance += units(balance);
}

function differencesOf(user_id: string, source: Sums, here: Sums, kinds: readonly Kind[]): Difference[] {
  const compared: [Kind, string, string, string][] = [
    ['accounts', 'balance', amount(source.balance), amount(here.balance)],
    ['usage', 'events', String(source.events), String(here.events)],
    ['usage', 'tokens', String(source.tokens), String(here.tokens)],
    ['usage', 'cost', amount(source.cost), amount(here.cost)],
  ];
  return compared.flatMap(([kind, what, there, found]) =>
    kinds.includes(kind) && there !== found ? [{ kind, of: user_id, what, source: there, here: found }] : [],
  );
}
