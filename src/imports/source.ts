import { DomainError } from '../platform/errors.js';

/** What can be taken over, in the order in which it is. */
export const KINDS = ['prices', 'accounts', 'keys', 'coupons', 'redemptions', 'usage'] as const;
export type Kind = (typeof KINDS)[number];

/** Systems that can be moved from. */
export const SYSTEMS = ['ops-center', 'litellm', 'one-api', 'csv'] as const;
export type System = (typeof SYSTEMS)[number];

/** A row of a source in our words, not yet checked. */
export interface SourceRecord {
  /** Where it is, for people: `usage_events 17`, `usage.csv line 9`. */
  row: string;
  /** Its name in the source, by which it is taken over once. */
  id: string;
  /** Fields as the checks of its kind want them; the error when they cannot be read. */
  fields: Record<string, unknown> | Error;
  /** What is odd about it, in words that many rows share. */
  notes: readonly string[];
}

/** Something in the source that stays there. */
export interface LeftOut {
  what: string;
  rows: number;
  why: string;
}

/** What a source looks like. */
export interface Shape {
  /** The version of the system's tables, as far as they tell. */
  version: string;
  tables: { table: string; rows: number }[];
  left_out: LeftOut[];
}

/** A system to move from: it is only read. */
export interface Source {
  /** Kinds that it has. */
  readonly kinds: readonly Kind[];
  /** Whether it may name a piece of work twice, as files may. */
  readonly may_repeat: boolean;
  describe(): Promise<Shape>;
  count(kind: Kind): Promise<number>;
  /** The rows of a kind, one by one, whatever their number. */
  read(kind: Kind): AsyncIterable<SourceRecord>;
  close(): Promise<void>;
}

/** A source that is not what it should be. */
export const unusableSource = (detail: string): DomainError => new DomainError('invalid', 'unusable_source', detail);
