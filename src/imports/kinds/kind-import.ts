import pLimit from 'p-limit';
import type { Type } from '@nestjs/common';
import type { FernetKey } from '../../openrouter/fernet.js';
import type { Actor } from '../../platform/actor.js';
import type { Units } from '../../platform/amount.js';
import { DomainError } from '../../platform/errors.js';

/** What an import is made with. */
export interface Run {
  actor: Actor;
  /** Names the source: what is taken over from it once is told apart by it. */
  name: string;
  /** Plan of new accounts whose source names none that exists here; null is the one that every new account gets. */
  tier: string | null;
  /** Plans that exist here, and whether they are sold. */
  tiers: ReadonlyMap<string, boolean>;
  /** Opens the keys of the source. */
  fernet_key: FernetKey | null;
  /** Whether everything was taken over already, as far as it can be. */
  is_done: boolean;
}

/** A checked row. */
export interface Item<T> {
  row: string;
  /** Names it in all sources. */
  import_id: string;
  record: T;
}

/**
 * What becomes of a row, or became of it: it is written, added to an account that is here, was taken over before, or
 * what is here stays.
 */
export type State = 'new' | 'added' | 'known' | 'kept';

/** What rows come to in all. */
export interface Sums {
  credits?: Units;
  tokens?: number;
}

/** How rows of one kind are taken over. What is an error becomes of its row alone. */
export interface KindImport<T extends object> {
  readonly dto: Type<T>;
  /** What is odd about a record in this installation. */
  oddities?(record: T, run: Run): string[];
  /** @throws InvalidInput for a record that can't be taken */
  assertUsable?(record: T, run: Run): void;
  sums?(record: T): Sums;
  /** What would become of the rows; writes nothing. */
  foresee(items: readonly Item<T>[], run: Run): Promise<(State | Error)[]>;
  /** Takes the rows over; those that were taken before change nothing. */
  take(items: readonly Item<T>[], run: Run): Promise<(State | Error)[]>;
}

/** Asks or does one thing for each item, some at a time. A refusal is that of its item. */
export async function each<T>(
  items: readonly Item<T>[],
  at_once: number,
  act: (item: Item<T>) => Promise<State>,
): Promise<(State | Error)[]> {
  const limit = pLimit(at_once);
  return Promise.all(
    items.map((item) =>
      limit(() => act(item)).catch((error: unknown) => {
        if (error instanceof DomainError && error.kind !== 'unavailable') return error;
        throw error; // the database is away, say: to go on would only pile up errors
      }),
    ),
  );
}
