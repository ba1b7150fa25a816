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

/** A row with our field names. */
export interface Mapped {
  fields: Record<string, unknown>;
  notes: readonly string[];
}

/** A column that only some versions of a system have, by default in the table of the mapping. */
interface Column {
  table?: string;
  column: string;
}

/** Maps the rows of a table to records of a kind. */
export interface Mapping {
  kind: Kind;
  table: string;
  /** Subquery that replaces the table if its rows contain several records each. */
  from?: string;
  /** Column that identifies a row. */
  id: string;
  /** Required columns. The table must have one of each list. */
  needs: readonly (readonly string[])[];
  /** Optional columns to read. */
  reads: readonly string[];
  /** Columns computed in SQL if the database has the required column. */
  computed?: readonly (Column & { name: string; sql: string })[];
  /** Conditions on the imported rows, applied if the database has the column. */
  only?: readonly (Column & { where: string; why: string })[];
  map: (row: Row) => Mapped;
}

/** A known table that is not imported. */
export interface NotTaken {
  table: string;
  what: string;
  why: string;
}

/** The tables of a system. */
export interface SystemTables {
  system: string;
  mappings: readonly Mapping[];
  not_taken: readonly NotTaken[];
  /** Determines the version from the tables and their columns. */
  version: (tables: Snapshot['tables']) => string;
}

/** A source that reads a system's PostgreSQL database table by table. */
export class MappedSource implements Source {
  readonly may_repeat = false;
  private readonly mappings: readonly Mapping[];

  /**
   * @throws DomainError `unusable_source` if the database has none of the tables, or a table lacks a required column
   */
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
      if (!tables.some(({ table }) => table === mapping.table)) {
        tables.push({ table: mapping.table, rows: await this.snapshot.count(quoted(mapping.table)) });
      }
      for (const { where, why } of this.conditions(mapping)) {
        const rows = await this.snapshot.count(fromOf(mapping), `NOT coalesce(${where}, false)`);
        if (rows > 0) left_out.push({ what: `${mapping.kind} in ${mapping.table}`, rows, why });
      }
    }
    for (const { table, what, why } of this.system.not_taken) {
      if (this.snapshot.tables.has(table)) left_out.push({ what, rows: await this.snapshot.count(quoted(table)), why });
    }
    return { version: this.system.version(this.snapshot.tables), tables, left_out };
  }

  async count(kind: Kind): Promise<number> {
    let count = 0;
    for (const mapping of this.of(kind)) {
      count += await this.snapshot.count(fromOf(mapping), this.where(mapping));
    }
    return count;
  }

  async *read(kind: Kind): AsyncGenerator<SourceRecord> {
    for (const mapping of this.of(kind)) {
      const { table, id, map } = mapping;
      const query = `SELECT ${this.columns(mapping)} FROM ${fromOf(mapping)} WHERE ${this.where(mapping)}`;
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

  private columns({ table, from, id, needs, reads, computed = [] }: Mapping): string {
    const known = this.snapshot.tables.get(table);
    const wanted = [...new Set([id, ...needs.flat(), ...reads])].filter((column) => from ?? known?.has(column));
    const worked_out = computed.filter((each) => this.has({ table, ...each }));
    return [...wanted.map(quoted), ...worked_out.map(({ name, sql }) => `${sql} AS ${quoted(name)}`)].join(', ');
  }

  private conditions({ table, only = [] }: Mapping): { where: string; why: string }[] {
    return only.filter((each) => this.has({ table, ...each }));
  }

  private has({ table, column }: { table: string; column: string }): boolean {
    return this.snapshot.tables.get(table)?.has(column) === true;
  }

  private where(mapping: Mapping): string {
    const conditions = this.conditions(mapping).map(({ where }) => `(${where})`);
    return conditions.length === 0 ? 'true' : conditions.join(' AND ');
  }

  private assertColumns({ table, from, id, needs }: Mapping): void {
    if (from !== undefined) return;
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

const fromOf = ({ table, from }: Mapping): string => (from ? `(${from}) AS ${quoted(table)}` : quoted(table));
