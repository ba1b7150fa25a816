import {
  type Kind,
  KINDS,
  type LeftOut,
  type Shape,
  type Source,
  type SourceRecord,
  unusableSource,
} from '../source.js';
import { quoted, type Row, type Snapshot } from './snapshot.js';

/** A row in our words. */
export interface Mapped {
  fields: Record<string, unknown>;
  notes: readonly string[];
}

/** How the rows of a table become records of a kind. */
export interface Mapping {
  kind: Kind;
  table: string;
  /** Column whose value names a row. */
  id: string;
  /** Columns without which a row cannot be understood: of each list the table must have one. */
  needs: readonly (readonly string[])[];
  /** Columns that are read where they exist. */
  reads: readonly string[];
  /** Rows that are taken: the condition holds where the table has the column. */
  only?: readonly { column: string; where: string; why: string }[];
  map: (row: Row) => Mapped;
}

/** Tables that are known and stay where they are. */
export interface NotTaken {
  table: string;
  what: string;
  why: string;
}

/** What a system's tables are. */
export interface SystemTables {
  system: string;
  mappings: readonly Mapping[];
  not_taken: readonly NotTaken[];
  /** Says from the tables and their columns which version they are of. */
  version: (tables: Snapshot['tables']) => string;
}

/** A system in a PostgreSQL database, table by table. */
export class MappedSource implements Source {
  readonly may_repeat = false;
  private readonly mappings: readonly Mapping[];

  /** @throws DomainError `unusable_source` when the database has none of the tables, or one without a column it needs */
  constructor(
    private readonly snapshot: Snapshot,
    private readonly system: SystemTables,
  ) {
    this.mappings = system.mappings.filter(({ table }) => snapshot.tables.has(table));
    if (this.mappings.length === 0) {
      const known = [...new Set(system.mappings.map(({ table }) => table))].join(', ');
      throw unusableSource(`This database has no table of ${system.system} (${known}): is it the right one?`);
    }
    for (const mapping of this.mappings) this.assertColumns(mapping);
  }

  get kinds(): Kind[] {
    return KINDS.filter((kind) => this.mappings.some((mapping) => mapping.kind === kind));
  }

  async describe(): Promise<Shape> {
    const tables: Shape['tables'] = [];
    const left_out: LeftOut[] = [];
    for (const mapping of this.mappings) {
      tables.push({ table: mapping.table, rows: await this.snapshot.count(mapping.table) });
      for (const { where, why } of this.conditions(mapping)) {
        const rows = await this.snapshot.count(mapping.table, `NOT coalesce(${where}, false)`);
        if (rows > 0) left_out.push({ what: `${mapping.kind} in ${mapping.table}`, rows, why });
      }
    }
    for (const { table, what, why } of this.system.not_taken) {
      if (this.snapshot.tables.has(table)) left_out.push({ what, rows: await this.snapshot.count(table), why });
    }
    return { version: this.system.version(this.snapshot.tables), tables, left_out };
  }

  async count(kind: Kind): Promise<number> {
    let count = 0;
    for (const mapping of this.of(kind)) {
      count += await this.snapshot.count(mapping.table, this.where(mapping));
    }
    return count;
  }

  async *read(kind: Kind): AsyncGenerator<SourceRecord> {
    for (const mapping of this.of(kind)) {
      const { table, id, needs, reads, map } = mapping;
      const columns = this.snapshot.tables.get(table) ?? new Set();
      const wanted = [...new Set([id, ...needs.flat(), ...reads])].filter((column) => columns.has(column));
      const query = `SELECT ${wanted.map(quoted).join(', ')} FROM ${quoted(table)} WHERE ${this.where(mapping)}`;
      for await (const row of this.snapshot.rows(query)) {
        const name = row[id] ?? '';
        const { fields, notes } = map(row);
        const identity = kind === 'usage' ? { request_id: `${table}:${name}` } : {};
        yield { row: `${table} ${name}`, id: `${table}:${name}`, fields: { ...identity, ...fields }, notes };
      }
    }
  }

  close(): Promise<void> {
    return this.snapshot.close();
  }

  private of(kind: Kind): Mapping[] {
    return this.mappings.filter((mapping) => mapping.kind === kind);
  }

  private conditions({ table, only = [] }: Mapping): { where: string; why: string }[] {
    return only.filter(({ column }) => this.snapshot.tables.get(table)?.has(column));
  }

  private where(mapping: Mapping): string {
    const conditions = this.conditions(mapping).map(({ where }) => `(${where})`);
    return conditions.length === 0 ? 'true' : conditions.join(' AND ');
  }

  private assertColumns({ table, id, needs }: Mapping): void {
    const columns = this.snapshot.tables.get(table) ?? new Set();
    for (const names of [[id], ...needs]) {
      if (names.some((name) => columns.has(name))) continue;
      const known = [...columns].toSorted().join(', ');
      const lacks =
        names.length === 1 ? `has no column ${names[0] ?? ''}` : `has none of the columns ${names.join(', ')}`;
      throw unusableSource(
        `The table ${table} ${lacks}: this is no version of ${this.system.system} that is known. It has ${known}.`,
      );
    }
  }
}
