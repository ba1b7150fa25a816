import { Injectable } from '@nestjs/common';
import type { AccountQuery } from '../../credits/credits.dto.js';
import { accountOf, type Actor, actsForOthers } from '../../platform/actor.js';
import { DomainError } from '../../platform/errors.js';
import type { Page } from '../../platform/database/paging.js';
import { isFreeId, plainOf, providersOf } from '../../pricing/prices/model-ids.js';
import { ANY, isZero, pricesOf, tokenBase } from '../../pricing/prices/price.js';
import { PricesRepository } from '../../pricing/prices/prices.repository.js';
import { PricesService } from '../../pricing/prices/prices.service.js';
import type { ModelPriceView } from '../../pricing/pricing.dto.js';
import type { GatewayModelsQuery, GatewayModelView, OpenAiModelsView, OpenAiModelView } from './models.dto.js';
import { SERVICE } from '../calls/call-rates.js';
import { ModelNames } from './model-names.js';
import { PlanModels, type PlanRules } from '../calls/plan-models.js';
import { listPrices, platformPrices } from './platform-prices.js';

const EVERYTHING = { limit: Number.MAX_SAFE_INTEGER, offset: 0 };

/** Lists the models that calls can use. They are read from the local catalogue, since OpenRouter may be down. */
@Injectable()
export class ModelsService {
  constructor(
    private readonly prices: PricesService,
    private readonly stored: PricesRepository,
    private readonly plans: PlanModels,
    private readonly names: ModelNames,
  ) {}

  /**
   * Returns the matching models, ordered by id, with list prices, platform prices, and whether the user's plan allows
   * them.
   */
  async list(
    actor: Actor,
    { search, class: priceClass, is_free, limit, offset, user_id }: GatewayModelsQuery,
  ): Promise<Page<GatewayModelView>> {
    const text = search?.toLowerCase();
    const plan = await this.planOf(actor, user_id);
    const models = (await this.offered(plan.tier))
      .map((row) => viewOf(row, plan))
      .filter(
        (view) =>
          (text === undefined || `${view.model}\n${view.name ?? ''}`.toLowerCase().includes(text)) &&
          (priceClass === undefined || view.class === priceClass) &&
          (is_free === undefined || view.is_free === is_free),
      );
    return { items: models.slice(offset, offset + limit), next_cursor: null, total: models.length };
  }

  /** Returns the models that the user's plan allows, in OpenAI's format. */
  async listForOpenAi(actor: Actor, { user_id }: AccountQuery): Promise<OpenAiModelsView> {
    const [offered, plan, entered] = await Promise.all([
      this.offered(),
      this.planOf(actor, user_id),
      this.stored.firstEntered(),
    ]);
    const allowed = offered.filter((row) => viewOf(row, plan).is_allowed);
    return { object: 'list', data: allowed.map((row) => openAiView(row, entered.get(row.model))) };
  }

  /**
   * Returns a model that the user's plan allows, in OpenAI's format. Accepts a bare name, and a suffix such as
   * `:nitro`.
   * @throws DomainError `model_not_found`, `model_ambiguous`
   */
  async getForOpenAi(actor: Actor, name: string, { user_id }: AccountQuery): Promise<OpenAiModelView> {
    const [id = name] = await this.names.idsOf([name]);
    const [offered, plan] = await Promise.all([this.offered(), this.planOf(actor, user_id)]);
    const row = [id.trim().toLowerCase(), plainOf(id)]
      .map((spelling) => offered.find(({ model }) => model === spelling))
      .find((found) => found !== undefined && viewOf(found, plan).is_allowed);
    if (!row) {
      const detail = `There is no model ${name}, or the plan does not include it. GET /models lists the included models.`;
      throw new DomainError('not_found', 'model_not_found', detail, { param: 'model' });
    }
    const entered = await this.stored.firstEntered(row.model);
    return openAiView(row, entered.get(row.model));
  }

  /** Services and admins see every model unless they name a user. */
  private async planOf(actor: Actor, user_id: string | undefined): Promise<PlanRules> {
    if (user_id === undefined && actsForOthers(actor)) return { tier: null, allows: () => true };
    return this.plans.rulesOf(actor, accountOf(actor, user_id));
  }

  /**
   * Returns the models with token prices, except those of LiteLLM's file, which OpenRouter may not offer. A price for
   * this service overrides the price for all services.
   * @param tier the tier whose markup applies; null leaves rules for tiers out
   */
  private async offered(tier: string | null = null): Promise<ModelPriceView[]> {
    const { items } = await this.prices.list(EVERYTHING, tier);
    const own = new Set(items.flatMap(({ service, model }) => (service === SERVICE ? [model] : [])));
    return items.filter(
      (row) =>
        row.model.includes('/') &&
        tokenBase(pricesOf(row)) !== null &&
        (row.is_free || !isZero(pricesOf(row))) &&
        (row.service === SERVICE || (row.service === ANY && row.source !== 'litellm' && !own.has(row.model))),
    );
  }
}

/**
 * @param entered when the first price of the model was recorded
 */
const openAiView = (
  { model, name, context_length, effective_from }: ModelPriceView,
  entered = effective_from,
): OpenAiModelView => ({
  id: model,
  object: 'model',
  name,
  context_length,
  created: Math.floor(entered.getTime() / 1000),
  owned_by: providersOf(model).at(-1) ?? SERVICE,
});

function viewOf(row: ModelPriceView, { allows }: PlanRules): GatewayModelView {
  const list_prices = listPrices(row);
  const is_free = row.is_free || isFreeId(row.model);
  const price = is_free ? ({ class: 'free', markup_rate: '0' } as const) : row;
  const { markup_rate } = price;
  const platform_prices = platformPrices(list_prices, markup_rate);
  const is_allowed = allows(row.model, price.class);
  return { ...row, is_free, is_allowed, class: price.class, markup_rate, list_prices, platform_prices };
}
