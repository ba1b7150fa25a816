import { Injectable } from '@nestjs/common';
import { CatalogueRepository, type Snapshot } from './catalogue.repository.js';
import { chargeOf } from './charge.js';
import { classOf, type PriceClass } from './markup.js';
import { isFreeId, plainOf } from './model-ids.js';
import { Rater } from './rater.js';
import type { Rating } from './rating.js';
import type { Price } from './price-table.js';
import { NO_TOKENS, type Work } from './work.js';

/** Prices work by the catalogue and the markup rules. */
@Injectable()
export class PricingService {
  constructor(private readonly catalogue: CatalogueRepository) {}

  /**
   * One rating for each piece of work, in their order. Prices and rules that were committed before the call count. Call
   * it outside of a transaction: it reads on a connection of its own.
   */
  async rate(works: readonly Work[]): Promise<Rating[]> {
    const by = await this.raterOf([...new Set(works.map(({ model }) => model))]);
    return Promise.all(works.map((work) => by.rate(work)));
  }

  /** What prices work of the given models by all that was committed before this call, however often. */
  async raterOf(models: readonly (string | null)[]): Promise<Rater> {
    const snapshots = new Map<string | null, Snapshot>();
    await Promise.all(models.map(async (model) => snapshots.set(model, await this.catalogue.snapshot(model))));
    return new Rater(snapshots);
  }

  /** The classes of models, in their order; null where no price is known. */
  async classesOf(service: string, models: readonly string[]): Promise<(PriceClass | null)[]> {
    return Promise.all(
      models.map(async (model) => {
        if (isFreeId(plainOf(model))) return 'free';
        const { catalogue } = await this.catalogue.snapshot(model);
        const price = catalogue.find({ service, model, occurred_at: new Date() }, () => true);
        return price && classOf(price);
      }),
    );
  }

  /**
   * Whether work of a service and model of which nothing was measured has a price all the same: one for each request, or
   * none at all where the model is free.
   */
  async pricesUnmeasured(service: string, model: string | null): Promise<boolean> {
    const { catalogue } = await this.catalogue.snapshot(model);
    const nothing = { tokens: NO_TOKENS, tokens_used: 0, quantities: [], service_tier: null, occurred_at: new Date() };
    const isUsable = (price: Price): boolean => price.is_free || chargeOf(price, nothing) !== null;
    return catalogue.find({ service, model, ...nothing }, isUsable) !== null;
  }

  /** Whether there is any price for a service and model, of any date. */
  async isPriced(service: string, model: string | null): Promise<boolean> {
    const { catalogue } = await this.catalogue.snapshot(model);
    return catalogue.find({ service, model, occurred_at: new Date() }, () => true) !== null;
  }
}
