import { bareOf, isSpecialWay, paidIdOf, spellingsOf } from './model-ids.js';
import { ANY } from './price.js';
import { costsNothing, type Price } from './price-table.js';
import { dearestTypical } from './typical-work.js';
import type { Work } from './work.js';

type Subject = Pick<Work, 'service' | 'model' | 'occurred_at'>;

/**
 * The catalogue's rows by the bare name of their model, as look-ups need them. Zeros alone are no price: a model that is
 * listed at nothing may cost something that the list does not show, unless somebody says that it is free.
 */
export class Catalogue {
  private readonly byName = new Map<string, Price[]>();

  constructor(prices: readonly Price[]) {
    for (const price of prices) {
      if (costsNothing(price) && !price.is_free) continue;
      const name = bareOf(price.model);
      const known = this.byName.get(name);
      if (known) known.push(price);
      else this.byName.set(name, [price]);
    }
  }

  /**
   * The price that counts for a piece of work; null when there is none. A price of the service and the model goes before
   * one of the model in every service, and that before one of the whole service; of each the newest that was in effect
   * when the work was done, if it has a price for what was measured. Where none has, the first one ever that has counts:
   * work of before the first price, or under a price that was set wrong, is better off with it than with a flat rate.
   */
  find(work: Subject, isUsable: (price: Price) => boolean): Price | null {
    const inEffect = (rows: Price[]): Price | null => {
      const price = newest(rows, work.occurred_at);
      return price && isUsable(price) ? price : null;
    };
    return this.search(work, inEffect) ?? this.search(work, (rows) => oldest(rows.filter(isUsable)));
  }

  private search({ service, model }: Subject, pick: (versions: Price[]) => Price | null): Price | null {
    if (model !== null) {
      const spellings = spellingsOf(model);
      for (const scope of [service, ANY]) {
        const found = this.ofModel(scope, spellings, pick);
        if (found) return found;
      }
    }
    return pick(this.rows(ANY).filter((row) => row.service === service && row.model === ANY));
  }

  private ofModel(service: string, spellings: readonly string[], pick: (rows: Price[]) => Price | null): Price | null {
    for (const spelling of spellings) {
      const rows = this.rows(bareOf(spelling)).filter((row) => row.service === service);
      const exact = pick(rows.filter((row) => row.model === spelling));
      if (exact) return exact;
      if (spelling.includes('/')) continue; // another provider's model of that name is looked for by its bare name
      const [dearest] = byModel(rows.filter((row) => !isSpecialWay(row.model)))
        .flatMap((versions) => pick(versions) ?? [])
        .toSorted(dearestFirst);
      if (dearest) return dearest;
    }
    return null;
  }

  private rows(name: string): Price[] {
    return this.byName.get(name) ?? [];
  }
}

/** The names by which the rows that can matter are found: bare, so that every provider's are; with a free model's that of the paid one. */
export const namesOf = (model: string): string[] => [
  ANY,
  ...new Set([model, paidIdOf(model)].flatMap(spellingsOf).map(bareOf)),
];

function newest(versions: readonly Price[], at: Date): Price | null {
  const inEffect = versions.filter(({ effective_from }) => effective_from <= at);
  return inEffect.reduce<Price | null>(
    (best, row) => (best && best.effective_from >= row.effective_from ? best : row),
    null,
  );
}

function oldest(versions: readonly Price[]): Price | null {
  return versions.reduce<Price | null>(
    (best, row) => (best && best.effective_from <= row.effective_from ? best : row),
    null,
  );
}

const byModel = (rows: readonly Price[]): Price[][] => [...Map.groupBy(rows, (row) => row.model).values()];

/** Two providers offer a model of that name: the dearer one can't be too little. The id settles what is left. */
function dearestFirst(a: Price, b: Price): number {
  const [left, right] = [dearestTypical(a), dearestTypical(b)];
  if (left === right) return a.model < b.model ? -1 : 1;
  return left > right ? -1 : 1;
}
