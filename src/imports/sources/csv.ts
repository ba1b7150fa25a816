import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Type } from '@nestjs/common';
import { parse } from 'csv-parse';
import { typedFields } from '../../platform/cli/options.js';
import { InvalidInput } from '../../platform/errors.js';
import { propertiesOf } from '../../platform/http/view.js';
import type { Conversion } from '../conversion.js';
import { AccountRecord, CouponRecord, KeyRecord, PriceRecord, RedemptionRecord, UsageRecord } from '../records.js';
import { type Kind, KINDS, type Shape, type Source, type SourceRecord, unusableSource } from '../source.js';
import { Fields } from './fields.js';

/** The format of a file. */
interface FileKind {
  dto: Type<object>;
  /** Columns that identify a row; duplicates are refused. Null if rows can be repeated. */
  named_by: readonly string[] | null;
  /** Columns with amounts in the source's unit. */
  credits: readonly string[];
}

const FILES: Readonly<Record<Kind, FileKind>> = {
  prices: { dto: PriceRecord, named_by: ['service', 'model', 'effective_from'], credits: [] },
  accounts: {
    dto: AccountRecord,
    named_by: ['user_id'],
    credits: ['balance', 'allocated_monthly', 'bonus_credits'],
  },
  keys: { dto: KeyRecord, named_by: ['user_id'], credits: [] },
  coupons: { dto: CouponRecord, named_by: ['code'], credits: [] },
  redemptions: { dto: RedemptionRecord, named_by: ['code', 'user_id'], credits: ['credits_awarded'] },
  usage: { dto: UsageRecord, named_by: null, credits: ['cost'] },
};

interface Line {
  record: Record<string, string>;
  info: { lines: number };
}

/** CSV files whose header has our field names: `accounts.csv`, `usage.csv` and so on, in a folder, or a single file. */
export class CsvSource implements Source {
  readonly may_repeat = true;

  private constructor(
    private readonly files: ReadonlyMap<Kind, string>,
    private readonly conversion: Conversion,
  ) {}

  get kinds(): Kind[] {
    return KINDS.filter((kind) => this.files.has(kind));
  }

  /** @throws DomainError `unusable_source` if there is no file to read, or a file has an unknown column */
  static async open(place: string, conversion: Conversion): Promise<CsvSource> {
    const files = new Map<Kind, string>();
    const isFolder = await stat(place).then(
      (found) => found.isDirectory(),
      () => {
        throw unusableSource(`${place} cannot be read.`);
      },
    );
    for (const kind of KINDS) {
      const file = isFolder ? path.join(place, `${kind}.csv`) : place;
      if (path.basename(file) === `${kind}.csv` && (await isFile(file))) files.set(kind, file);
    }
    if (files.size === 0) {
      throw unusableSource(
        `${place} must be a folder with, or one of, ${KINDS.map((kind) => `${kind}.csv`).join(', ')}.`,
      );
    }
    for (const [kind, file] of files) await assertColumns(file, FILES[kind].dto);
    return new CsvSource(files, conversion);
  }

  async describe(): Promise<Shape> {
    const tables: Shape['tables'] = [];
    for (const [kind, file] of this.files) {
      tables.push({ table: path.basename(file), rows: await this.count(kind) });
    }
    return { version: 'files', tables, left_out: [] };
  }

  async count(kind: Kind): Promise<number> {
    let rows = 0;
    for await (const _line of this.lines(kind)) rows += 1;
    return rows;
  }

  async *read(kind: Kind): AsyncGenerator<SourceRecord> {
    const { named_by } = FILES[kind];
    const seen = new Set<string>();
    for await (const { record, info } of this.lines(kind)) {
      const row = `${kind}.csv line ${info.lines}`;
      const name = named_by ? named_by.map((column) => record[column] ?? '').join(' ') : String(info.lines);
      const mapped = seen.has(name) ? repeated(named_by ?? []) : this.fieldsOf(kind, record);
      if (named_by) seen.add(name);
      yield { row, id: `${kind}:${name}`, ...mapped };
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private fieldsOf(kind: Kind, record: Record<string, string>): Pick<SourceRecord, 'fields' | 'notes'> {
    const { dto, credits } = FILES[kind];
    const given = Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== ''));
    const f = new Fields(given);
    const isGift = kind === 'coupons' && given['coupon_type'] === 'credit_bonus';
    for (const column of isGift ? ['value'] : credits) {
      const converted = f.credits(this.conversion, given[column] ?? null);
      if (converted !== null) given[column] = converted;
    }
    try {
      return { fields: typedFields(dto, given), notes: f.notes };
    } catch (error) {
      return { fields: error as Error, notes: f.notes };
    }
  }

  private async *lines(kind: Kind): AsyncGenerator<Line> {
    const file = this.files.get(kind);
    if (file !== undefined) yield* linesOf(file);
  }
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );

/** Streams the lines of a file. */
async function* linesOf(file: string): AsyncGenerator<Line> {
  const source = createReadStream(file);
  const parser = source.pipe(parse({ bom: true, columns: true, info: true, skip_empty_lines: true }));
  source.once('error', (error) => parser.destroy(error));
  try {
    yield* parser as AsyncIterable<Line>;
  } catch (error) {
    throw unusableSource(`${path.basename(file)} cannot be read: ${(error as Error).message}.`);
  } finally {
    source.destroy();
  }
}

async function assertColumns(file: string, dto: Type<object>): Promise<void> {
  const known = propertiesOf(dto);
  for await (const { record } of linesOf(file)) {
    const unknown = Object.keys(record).filter((column) => !known.includes(column));
    if (unknown.length === 0) return;
    const detail = `${path.basename(file)} has columns that are not known (${unknown.join(', ')}). Known are`;
    throw unusableSource(`${detail} ${known.toSorted().join(', ')}.`);
  }
}

const repeated = (named_by: readonly string[]): Pick<SourceRecord, 'fields' | 'notes'> => {
  const [field = ''] = named_by;
  return { fields: new InvalidInput([{ field, message: 'was given by an earlier line' }]), notes: [] };
};
