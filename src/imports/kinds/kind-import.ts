import pLimit from 'p-limit';
import type { Type } from '@nestjs/common';
import type { FernetKey } from '../../openrouter/fernet.js';
import type { Actor } from '../../platform/actor.js';
import type { Units } from '../../platform/values/amount.js';
import { DomainError } from '../../platform/errors.js';

/** The settings of an import. */
export interface Run {
  actor: Actor;
  /** Name of the source. It is part of the import id of each row, so that each row is imported once. */
  name: string;
  /** Plan of new accounts for which the source names no existing plan; null means the default plan. */
  tier: string | null;
  /** Existing plans, and whether they are for sale. */
  tiers: ReadonlyMap<string, boolean>;
  /** Key that decrypts the keys in the source. */
  fernet_key: FernetKey | null;
  /** Whether everything that can be imported has already been imported. */
  is_done: boolean;
}

/** A checked row. */
export interface Item<T> {
  row: string;
  /** Id that is unique across all sources. */
  import_id: string;
  record: T;
}

/**
 * The result for a row: written, added to an existing account, already imported, or skipped because an existing record
 * takes precedence.
 */
export type State = 'new' | 'added' | 'known' | 'kept';

/** Totals of rows. */
export interface Sums {
  credits?: Units;
  tokens?: number;
}

/** The import of one kind of rows. An error affects only its row. */
export interface KindImport<T extends object> {
  readonly dto: Type<T>;
  /** Returns notes about a record that depend on this installation. */
  oddities?(record: T, run: Run): string[];
  /** @throws InvalidInput if the record cannot be imported */
  assertUsable?(record: T, run: Run): void;
  sums?(record: T): Sums;
  /** Predicts the results of the rows. Writes nothing. */
  foresee(items: readonly Item<T>[], run: Run): Promise<(State | Error)[]>;
  /** Imports the rows. Rows that were already imported change nothing. */
  take(items: readonly Item<T>[], run: Run): Promise<(State | Error)[]>;
}

/**
 * Runs `act` for each item with limited concurrency. Returns a refusal as the result of its item.
 * @param subject what an item is about; items about the same subject are handled one by one, in their order
 */
export async function each<T>(
  items: readonly Item<T>[],
  concurrency: number,
  act: (item: Item<T>) => Promise<State>,
  subject?: (record: T) => string,
): Promise<(State | Error)[]> {
  const limit = pLimit(concurrency);
  const latest = new Map<string, Promise<unknown>>();
  return Promise.all(
    items.map((item) => {
      const name = subject?.(item.record);
      const earlier = name === undefined ? undefined : latest.get(name);
      const result = limit(async () => {
        await earlier;
        return act(item);
      }).catch((error: unknown) => {
        if (error instanceof DomainError && error.kind !== 'unavailable') return error;
        throw error; // for example, the database is down, and every further item would fail
      });
      if (name !== undefined) latest.set(name, result);
      return result;
    }),
  );
}
