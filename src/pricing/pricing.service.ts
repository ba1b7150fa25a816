import { Injectable } from '@nestjs/common';
import { CatalogueRepository, type Snapshot } from './prices/catalogue.repository.js';
import { chargeOf } from './rating/charge.js';
import { Rater } from './rating/rater.js';
import type { Rating } from './rating/rating.js';
import type { Price } from './prices/price-table.js';
import { NO_TOKENS, type Work } from './rating/work.js';

/** Prices work with the catalogue and the markup rules. */
@Injectable()
export class PricingService {
  constructor(private readonly catalogue: CatalogueRepository) {}

  /**
   * Returns one rating per piece of work, in order. Uses prices and rules committed before the call. Call it outside of
   * transactions: it reads on a separate connection.
   */
  async rate(works: readonly Work[]): Promise<Rating[]> {
    const by = await this.raterOf([...new Set(works.map(({ model }) => model))]);
    return Promise.all(works.map((work) => by.rate(work)));
  }

  /** Returns a rater for some models, with the prices and rules committed before this call. */
  async raterOf(models: readonly (string | null)[]): Promise<Rater> {
    const snapshots = new Map<string | null, Snapshot>();
    await Promise.all(models.map(async (model) => snapshots.set(model, await this.catalogue.snapshot(model))));
    return new Rater(snapshots);
  }

  /** Whether work has a price even if nothing was measured: a price per request, or zero for a free model. */
  async pricesUnmeasured(service: string, model: string | null): Promise<boolean> {
    const { catalogue } = await this.catalogue.snapshot(model);
    const nothing = { tokens: NO_TOKENS, tokens_used: 0, quantities: [], service_tier: null, occurred_at: new Date() };
    const isUsable = (price: Price): boolean => price.is_free || chargeOf(price, nothing) !== null;
    return catalogue.find({ service, model, ...nothing }, isUsable) !== null;
  }

  /** Whether a service and model has a price of any date. */
  async isPriced(service: string, model: string | null): Promise<boolean> {
    const { catalogue } = await this.catalogue.snapshot(model);
    return catalogue.find({ service, model, occurred_at: new Date() }, () => true) !== null;
  }
}
