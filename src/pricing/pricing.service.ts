import { Injectable } from '@nestjs/common';
import { CatalogueRepository } from './catalogue.repository.js';
import { rate, type Rating } from './rating.js';
import type { Work } from './work.js';

/** Prices work of some model by the prices and rules of one instant. */
export type Rater = (work: Work) => Promise<Rating>;

/** Prices work by the catalogue and the markup rules. */
@Injectable()
export class PricingService {
  constructor(private readonly catalogue: CatalogueRepository) {}

  /**
   * One rating for each piece of work, in their order. Prices and rules that were committed before the call count. Call
   * it outside of a transaction: it reads on a connection of its own.
   */
  async rate(works: readonly Work[]): Promise<Rating[]> {
    const models = [...new Set(works.map(({ model }) => model))];
    const raters = new Map<string | null, Rater>();
    await Promise.all(models.map(async (model) => raters.set(model, await this.raterOf(model))));
    return Promise.all(works.map((work) => (raters.get(work.model) as Rater)(work)));
  }

  /** What prices work of a model by all that was committed before this call, however often. */
  async raterOf(model: string | null): Promise<Rater> {
    const { catalogue, rules } = await this.catalogue.snapshot(model);
    return (work) => rate(catalogue, rules, work);
  }

  /** Whether there is any price for a service and model, of any date. */
  async isPriced(service: string, model: string | null): Promise<boolean> {
    const { catalogue } = await this.catalogue.snapshot(model);
    return catalogue.find({ service, model, occurred_at: new Date() }, () => true) !== null;
  }
}
