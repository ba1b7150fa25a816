/**
 * Records that a statement takes as its parameters, an array for each of their columns: PostgreSQL reads these three
 * times as fast as the same records in JSON.
 */
export class RecordSet<Name extends string> {
  private readonly names: Name[];

  /** @param types the columns with their types, in SQL's words */
  constructor(private readonly types: Readonly<Record<Name, string>>) {
    this.names = Object.keys(types) as Name[];
  }

  /** How many parameters the records are. */
  get size(): number {
    return this.names.length;
  }

  /**
   * The records as an item of FROM, of the parameters from the `first` on. The records of another set stand beside them,
   * one for each; its parameters follow.
   */
  from(alias: string, first: number, beside?: RecordSet<string>): string {
    const arrays = [...this.arrays(first), ...(beside?.arrays(first + this.size) ?? [])];
    return `unnest(${arrays.join(', ')}) AS ${alias} (${[...this.names, ...(beside?.names ?? [])].join(', ')})`;
  }

  /** The parameters. What is missing in a record is null; a column that all records miss is not sent at all. */
  parameters(records: readonly (Readonly<Partial<Record<Name, unknown>>> | undefined)[]): (string | null)[] {
    return this.names.map((name) => {
      const elements = records.map((record) => elementOf(record?.[name]));
      return elements.every((element) => element === NULL) ? null : `{${elements.join(',')}}`;
    });
  }

  private arrays(first: number): string[] {
    return this.names.map((name, i) => `$${first + i}::${this.types[name]}[]`);
  }
}

const NULL = 'NULL';

/** A value as an element of an array literal; objects become JSON. */
function elementOf(value: unknown): string {
  if (value === null || value === undefined) return NULL;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : value instanceof Date ? value.toISOString() : JSON.stringify(value);
  return text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
