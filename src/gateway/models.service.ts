import { Injectable } from '@nestjs/common';
import type { Page } from '../platform/http/page.js';
import { isFreeId, providersOf } from '../pricing/model-ids.js';
import { ANY, pricesOf, tokenBase } from '../pricing/price.js';
import { PricesService } from '../pricing/prices.service.js';
import type { ModelPriceView } from '../pricing/pricing.dto.js';
import type { GatewayModelsQuery, GatewayModelView, OpenAiModelsView } from './models.dto.js';
import { listPrices, platformPrices } from './platform-prices.js';

const SERVICE = 'openrouter';
const EVERYTHING = { limit: Number.MAX_SAFE_INTEGER, offset: 0 };

/** The models that calls can name. They come from our own table: OpenRouter may be away. */
@Injectable()
export class ModelsService {
  constructor(private readonly prices: PricesService) {}

  /** Models that the filter lets through, by id, with what the provider charges and what we do. */
  async list({
    search,
    class: priceClass,
    is_free,
    limit,
    offset,
  }: GatewayModelsQuery): Promise<Page<GatewayModelView>> {
    const text = search?.toLowerCase();
    const models = (await this.offered())
      .map(viewOf)
      .filter(
        (view) =>
          (text === undefined || `${view.model}\n${view.name ?? ''}`.toLowerCase().includes(text)) &&
          (priceClass === undefined || view.class === priceClass) &&
          (is_free === undefined || view.is_free === is_free),
      );
    return { items: models.slice(offset, offset + limit), next_cursor: null, total: models.length };
  }

  /** The same models as OpenAI lists them. */
  async listForOpenAi(): Promise<OpenAiModelsView> {
    const data = (await this.offered()).map(({ model, name, context_length, effective_from }) => ({
      ...{ id: model, object: 'model' as const, name, context_length },
      created: Math.floor(effective_from.getTime() / 1000),
      owned_by: providersOf(model).at(-1) ?? SERVICE,
    }));
    return { object: 'list', data };
  }

  /** Models priced by tokens. The service's own price of a model goes before the one of all services. */
  private async offered(): Promise<ModelPriceView[]> {
    const { items } = await this.prices.list(EVERYTHING);
    const own = new Set(items.flatMap(({ service, model }) => (service === SERVICE ? [model] : [])));
    return items.filter(
      (row) =>
        row.model.includes('/') &&
        tokenBase(pricesOf(row)) !== null &&
        (row.service === SERVICE || (row.service === ANY && !own.has(row.model))),
    );
  }
}

function viewOf(row: ModelPriceView): GatewayModelView {
  const list_prices = listPrices(row);
  const is_free = row.is_free || isFreeId(row.model);
  const price = is_free ? ({ class: 'free', markup_rate: '0' } as const) : row;
  const { markup_rate } = price;
  const platform_prices = platformPrices(list_prices, markup_rate);
  return { ...row, is_free, class: price.class, markup_rate, list_prices, platform_prices };
}
