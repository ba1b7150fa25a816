import { bareOf, isSpecialWay, paidIdOf, spellingsOf } from './model-ids.js';
import { ANY } from './price.js';
import { costsNothing, type Price } from './price-table.js';
import { dearestTypical } from '../rating/typical-work.js';
import type { Work } from '../rating/work.js';

type Subject = Pick<Work, 'service' | 'model' | 'occurred_at'>;

/** The versions of a price, or of the prices of several models, of which the dearest applies. */
type Candidate = Price[][];

/**
 * The prices, indexed by the bare name of their model. A price of only zeros is ignored unless the model is declared
 * free: the list may omit what the model really costs.
 */
export class Catalogue {
  private readonly byName = new Map<string, Price[]>();
  /** What `candidatesOf` returned before: a batch has many pieces of work of few models. */
  private readonly known = new Map<string, Candidate[]>();

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

  private search(work: Subject, pick: (versions: Price[]) => Price | null): Price | null {
    for (const models of this.candidatesOf(work)) {
      const [dearest] = models.flatMap((versions) => pick(versions) ?? []).sort(dearestFirst);
      if (dearest) return dearest;
    }
    return null;
  }

  /** Returns the prices that can apply, by precedence. */
  private candidatesOf({ service, model }: Subject): Candidate[] {
    const key = model === null ? service : `${service}\n${model}`;
    const known = this.known.get(key);
    if (known) return known;
    const ofModel = model === null ? [] : [service, ANY].flatMap((scope) => this.ofModel(scope, spellingsOf(model)));
    const ofService = this.rows(ANY).filter((row) => row.service === service && row.model === ANY);
    const candidates = [...ofModel, [ofService]].filter((models) => models.some((versions) => versions.length > 0));
    this.known.set(key, candidates);
    return candidates;
  }

  private ofModel(service: string, spellings: readonly string[]): Candidate[] {
    return spellings.flatMap((spelling): Candidate[] => {
      const rows = this.rows(bareOf(spelling)).filter((row) => row.service === service);
      const exact = [rows.filter((row) => row.model === spelling)];
      if (spelling.includes('/')) return [exact]; // the same model of other providers is found by its bare name
      return [exact, byModel(rows.filter((row) => !isSpecialWay(row.model)))];
    });
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
