import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Actor } from '../../platform/actor.js';
import { amount } from '../../platform/values/amount.js';
import { Database } from '../../platform/database/database.js';
import { InvalidInput } from '../../platform/errors.js';
import { stored } from '../prices/price-override.js';
import { ANY, PRICE_COLUMNS } from '../prices/price.js';
import { type NewPrice, PricesRepository } from '../prices/prices.repository.js';
import { RERATING } from '../prices/prices.service.js';
import { type ModelsDocument, MODELS_MAX, type PriceImportView } from './import.dto.js';
import { reportOf } from './import-report.js';
import { readLiteLlm } from './litellm-list.js';
import { ModelListClient } from './model-list.client.js';
import { readOpenRouter } from './openrouter-list.js';
import { planImport } from './price-import.js';
import type { ListedPrice, ListSource, PriceList } from './price-list.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Imports price lists into the catalogue. */
@Injectable()
export class PriceListsService {
  constructor(
    private readonly db: Database,
    private readonly prices: PricesRepository,
    private readonly openrouter: ModelListClient,
    private readonly audit: AuditRepository,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Imports a list. Implausible and jumping prices are held back and reported.
   * @throws InvalidInput when the document has both formats, or too many models
   */
  async import(actor: Actor, { data, litellm }: ModelsDocument, dry_run: boolean): Promise<PriceImportView> {
    if (data && litellm) throw new InvalidInput([{ field: 'litellm', message: 'must not be sent together with data' }]);
    if (data) return this.take(actor, readOpenRouter(data), dry_run);
    const models = litellm ?? {};
    if (Object.keys(models).length > MODELS_MAX) {
      throw new InvalidInput([{ field: 'litellm', message: `must have at most ${MODELS_MAX} models` }]);
    }
    return this.take(actor, readLiteLlm(models), dry_run);
  }

  /** Imports OpenRouter's list. @throws DomainError `openrouter_unavailable` */
  async sync(actor: Actor, dry_run: boolean): Promise<PriceImportView> {
    return this.take(actor, readOpenRouter(await this.openrouter.models()), dry_run);
  }

  /** Whether OpenRouter's list brought no price for more than a day. */
  async isStale(now: Date = new Date()): Promise<boolean> {
    const newest = await this.prices.newestOf('openrouter');
    return newest === null || now.getTime() - newest.getTime() > DAY_MS;
  }

  private async take(actor: Actor, list: PriceList, dry_run: boolean): Promise<PriceImportView> {
    const plan = await this.db.transaction(async (tx) => {
      const now = await this.prices.lock(tx);
      const found = planImport(list, await this.prices.current(tx));
      const changes = [...found.added, ...found.changed];
      if (dry_run || changes.length === 0) return found;
      await this.prices.insert(
        tx,
        changes.map((item) => newPrice(item, list.source, now)),
      );
      await this.jobs.enqueue(tx, RERATING, {});
      const metadata = { source: list.source, added: found.added.length, changed: found.changed.length };
      const entry = { user_id: actor.user_id, action: 'price.import', resource_type: 'model_price', metadata };
      await this.audit.record(tx, actor, { ...entry, resource_id: null });
      return found;
    });
    return reportOf(list, plan);
  }
}

function newPrice({ prices, ...item }: ListedPrice, source: ListSource, effective_from: Date): NewPrice {
  const amounts = Object.fromEntries(
    PRICE_COLUMNS.map((column) => [column, prices[column] === null ? null : amount(prices[column])]),
  );
  const { overrides, is_free } = prices;
  return {
    ...item,
    ...amounts,
    is_free,
    overrides: overrides.map(stored) as object[],
    service: ANY,
    source,
    effective_from,
  };
}
