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

  /** The records as an item of FROM, of the parameters from the `first` on. */
  from(alias: string, first: number): string {
    const arrays = this.names.map((name, i) => `$${first + i}::${this.types[name]}[]`);
    return `unnest(${arrays.join(', ')}) AS ${alias} (${this.names.join(', ')})`;
  }

  /** The parameters. What is missing in a record is null; a column that all records miss is not sent at all. */
  parameters(records: readonly Partial<Record<Name, unknown>>[]): (string | null)[] {
    return this.names.map((name) => {
      let isGiven = false;
      let array = '{';
      for (const { [name]: value } of records) {
        if (array.length > 1) array += ',';
        if (value === null || value === undefined) array += 'NULL';
        else {
          isGiven = true;
          array += elementOf(value);
        }
      }
      return isGiven ? `${array}}` : null;
    });
  }
}

/** A value as an element of an array literal; objects become JSON. */
function elementOf(value: {}): string {
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  const text = typeof value === 'string' ? value : value instanceof Date ? value.toISOString() : JSON.stringify(value);
  return text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
