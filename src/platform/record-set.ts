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
   *
   * OFFSET 0 keeps the planner from counting the elements: a plan that is good for the few records at hand would always
   * look better than the one it keeps for any number, and it would plan every time. The one row that it takes for ten has
   * it expect a hundred records: if it expected ten, it would compare each with each.
   */
  from(alias: string, first: number, beside?: RecordSet<string>): string {
    const names = [...this.names, ...(beside?.names ?? [])];
    const arrays = [...this.arrays(first), ...(beside?.arrays(first + this.size) ?? [])];
    const given = `SELECT ${names.map((name, i) => `${arrays[i]} AS ${name}`).join(', ')} FROM unnest((SELECT ARRAY[1])) OFFSET 0`;
    const records = `unnest(${names.map((name) => `given.${name}`).join(', ')}) AS record (${names.join(', ')})`;
    return `(SELECT record.* FROM (${given}) AS given, ${records}) AS ${alias}`;
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
