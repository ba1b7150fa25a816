import { DomainError } from '../platform/errors.js';

/** The kinds of data that can be imported, in order of import. */
export const KINDS = ['prices', 'accounts', 'keys', 'coupons', 'redemptions', 'usage'] as const;
export type Kind = (typeof KINDS)[number];

/** Systems that can be imported from. */
export const SYSTEMS = ['ops-center', 'litellm', 'one-api', 'csv'] as const;
export type System = (typeof SYSTEMS)[number];

/** A row of a source with our field names, before validation. */
export interface SourceRecord {
  /** Human-readable location, such as `usage_events 17` or `usage.csv line 9`. */
  row: string;
  /** Id of the row in the source, so that it is imported once. */
  id: string;
  /** The fields to validate, or an error if they cannot be parsed. */
  fields: Record<string, unknown> | Error;
  /** Notes about the row, in sentences that many rows share. */
  notes: readonly string[];
}

/** Data in the source that is not imported. */
export interface LeftOut {
  what: string;
  rows: number;
  why: string;
}

/** The structure of a source. */
export interface Shape {
  /** Version of the system's schema, as far as it can be determined. */
  version: string;
  tables: { table: string; rows: number }[];
  left_out: LeftOut[];
}

/** A system to import from. It is only read. */
export interface Source {
  /** Kinds that the source contains. */
  readonly kinds: readonly Kind[];
  /** Whether the source can contain the same work twice, like files. */
  readonly may_repeat: boolean;
  describe(): Promise<Shape>;
  count(kind: Kind): Promise<number>;
  /** Streams the rows of a kind. */
  read(kind: Kind): AsyncIterable<SourceRecord>;
  close(): Promise<void>;
}

/** A source that cannot be imported. */
export const unusableSource = (detail: string): DomainError => new DomainError('invalid', 'unusable_source', detail);
