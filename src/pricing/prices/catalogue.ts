import { bareOf, isSpecialWay, paidIdOf, spellingsOf } from './model-ids.js';
import { ANY } from './price.js';
import { costsNothing, type Price } from './price-table.js';
import { dearestTypical } from '../rating/typical-work.js';
import type { Work } from '../rating/work.js';

type Subject = Pick<Work, 'service' | 'model' | 'occurred_at'>;

/**
 * The prices, indexed by the bare name of their model. A price of only zeros is ignored unless the model is declared
 * free: the list may omit what the model really costs.
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
   * Returns the price that applies to a piece of work; null if there is none. Precedence: a price for service and
   * model, then for the model in every service, then for the whole service. Of each, the latest one in effect when the
   * work was done applies, if it prices the measured units. If none does, the oldest price that does applies: for work
   * from before the first price, or under a wrong one, it is closer than a flat rate.
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
      if (spelling.includes('/')) continue; // the same model of other providers is found by its bare name
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

/**
 * Returns the bare names under which relevant prices are found, for every provider. A free model includes the name of
 * its paid version.
 */
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

/** Sorts by falling price, so that a model of several providers is never underpriced; ties are ordered by id. */
function dearestFirst(a: Price, b: Price): number {
  const [left, right] = [dearestTypical(a), dearestTypical(b)];
  if (left === right) return a.model < b.model ? -1 : 1;
  return left > right ? -1 : 1;
}
