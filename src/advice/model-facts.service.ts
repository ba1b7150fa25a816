import { Injectable } from '@nestjs/common';
import { EquivalentsService } from '../pricing/equivalents/equivalents.service.js';
import { PricesService } from '../pricing/prices/prices.service.js';
import { PricingService } from '../pricing/pricing.service.js';
import type { Rater } from '../pricing/rating/rater.js';
import type { AdviceFacts } from './past-work.js';

const EVERYTHING = { limit: Number.MAX_SAFE_INTEGER, offset: 0 };

/** Reads what advice must know about models: prices, and which can replace which. */
@Injectable()
export class ModelFactsService {
  constructor(
    private readonly prices: PricesService,
    private readonly pricing: PricingService,
    private readonly equivalents: EquivalentsService,
  ) {}

  /** Returns all prices in effect, with the markup of a tier, and the operator's equivalents. */
  async of(tier: string): Promise<Pick<AdviceFacts, 'prices' | 'equivalents'>> {
    const [{ items }, equivalents] = await Promise.all([this.prices.list(EVERYTHING, tier), this.equivalents.list()]);
    return { prices: items, equivalents };
  }

  /** Returns a rater for some models, and for work without a model. */
  raterOf(models: readonly string[]): Promise<Rater> {
    return this.pricing.raterOf([null, ...models]);
  }
}
