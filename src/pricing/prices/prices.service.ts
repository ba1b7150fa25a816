import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { ModelPriceRow } from '../../generated/rows.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Actor } from '../../platform/actor.js';
import { amount } from '../../platform/values/amount.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { DomainError, InvalidInput } from '../../platform/errors.js';
import type { Page } from '../../platform/database/paging.js';
import { Catalogue } from './catalogue.js';
import { classOf, ruleFor, toRule } from '../markup/markup.js';
import { MarkupRulesRepository } from '../markup/markup-rules.repository.js';
import { BY_HAND } from '../lists/price-import.js';
import { toOverride } from './price-override.js';
import { ANY, PRICE_COLUMNS, type Prices, pricesOf } from './price.js';
import { type PriceTable, tableOf, toPrice } from './price-table.js';
import { faultsOf } from './price-faults.js';
import { jumpOf } from './price-jump.js';
import type { ModelPriceView, PriceBody, PriceOverrideView, PricesQuery } from '../pricing.dto.js';
import { PricesRepository, type StoredPrice } from './prices.repository.js';

/** Job that re-rates provisional work; enqueued with every new price. */
export const RERATING = 'rerating';

/** Manages the price catalogue. Rows are only ever added. */
@Injectable()
export class PricesService {
  constructor(
    private readonly db: Database,
    private readonly prices: PricesRepository,
    private readonly rules: MarkupRulesRepository,
    private readonly audit: AuditRepository,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Returns the matching prices in effect, ordered by model.
   * @param tier the tier whose markup rules apply; null leaves rules for tiers out
   */
  async list(
    { service, search, class: priceClass, is_free, limit, offset }: PricesQuery,
    tier: string | null = null,
  ): Promise<Page<ModelPriceView>> {
    const text = search?.toLowerCase();
    const rows = (await this.prices.current()).filter(
      (row) =>
        (service === undefined || row.service === service) &&
        (text === undefined || `${row.model}\n${row.name ?? ''}`.toLowerCase().includes(text)) &&
        (priceClass === undefined || classOf(tableOf(row)) === priceClass) &&
        (is_free === undefined || tableOf(row).is_free === is_free),
    );
    const items = await this.views(rows.slice(offset, offset + limit), tier);
    return { items, next_cursor: null, total: rows.length };
  }

  /** Returns all past, current and future prices of a service and model, newest first. */
  async history(service: string, model: string): Promise<ModelPriceView[]> {
    return this.views(await this.prices.history(service, model.toLowerCase()));
  }

  /** @throws NotFound */
  async get(id: string): Promise<ModelPriceView> {
    return this.view(await this.prices.get(id));
  }

  /**
   * Sets the price of a model from an instant, by default now.
   * @throws InvalidInput for implausible prices; DomainError `price_jump` when it differs from the price before it by
   * more than a factor of 20 and `allow_jump` is not set, `already_exists` when there is a price from the same instant
   */
  async set(actor: Actor, { allow_jump, ...body }: PriceBody): Promise<ModelPriceView> {
    const prices = pricesOf({ ...NONE, ...body });
    const faults = faultsOf(prices, body.is_free ?? false);
    if (faults.length > 0) throw new InvalidInput(faults);
    const table = { ...prices, overrides: (body.overrides ?? []).map(toOverride), is_free: body.is_free ?? false };
    const [service, model] = [body.service ?? ANY, body.model.toLowerCase()];
    const stored = await this.db.transaction(async (tx) => {
      const now = await this.prices.lock(tx);
      const before = await this.prices.inEffect(tx, service, model, body.effective_from ?? now);
      const jump = await this.jump(tx, { service, model, at: body.effective_from ?? now }, table);
      if (jump && !allow_jump) {
        const detail = `${jump}. Prices are USD per million tokens, or per unit. Send allow_jump if the price is right.`;
        throw new DomainError('conflict', 'price_jump', detail);
      }
      const effective_from = body.effective_from ?? after(before, now);
      const [row] = await this.prices.insert(tx, [
        { ...body, service, model, effective_from, source: BY_HAND, overrides: (body.overrides ?? []) as object[] },
      ]);
      if (!row) {
        const detail = `${model} already has a price from ${effective_from.toISOString()}. Prices are never edited; choose another effective_from.`;
        throw new DomainError('conflict', 'already_exists', detail);
      }
      await this.jobs.enqueue(tx, RERATING, {});
      await this.record(tx, actor, 'price.set', row.id, { ...body, service, model, effective_from });
      return row;
    });
    return this.view(stored);
  }

  /**
   * Withdraws a current or future price that an admin set, so that the list price applies again. Work that it already
   * priced keeps its charge, and the receipt its price.
   * @throws NotFound; DomainError `not_set_by_hand` for a price from a list, `already_withdrawn`
   */
  async withdraw(actor: Actor, id: string): Promise<ModelPriceView> {
    const row = await this.db.transaction(async (tx) => {
      await this.prices.lock(tx);
      const price = await this.prices.get(id, tx);
      if (price.source !== BY_HAND) {
        const detail = `This price of ${price.model} comes from ${price.source}. To replace it, set a price by hand.`;
        throw new DomainError('conflict', 'not_set_by_hand', detail);
      }
      if (!(await this.prices.withdraw(tx, id))) {
        throw new DomainError('conflict', 'already_withdrawn', `This price of ${price.model} is already withdrawn.`);
      }
      const { service, model, effective_from } = price;
      await this.record(tx, actor, 'price.withdraw', id, { service, model, effective_from });
      return this.prices.get(id, tx);
    });
    return this.view(row);
  }

  /**
   * Returns why the new price jumps compared with the one in effect, which can be for every service or under another
   * name.
   */
  private async jump(
    tx: Tx,
    { service, model, at }: { service: string; model: string; at: Date },
    table: PriceTable,
  ): Promise<string | null> {
    const catalogue = new Catalogue((await this.prices.related(tx, model)).map(toPrice));
    const work = { service, model: model === ANY ? null : model, occurred_at: at };
    const before = catalogue.find(work, () => true);
    return before && jumpOf(before, table);
  }

  private async view(row: StoredPrice): Promise<ModelPriceView> {
    const [view] = await this.views([row]);
    return view as ModelPriceView;
  }

  private async views(rows: StoredPrice[], tier: string | null = null): Promise<ModelPriceView[]> {
    const rules = (await this.rules.list()).map(toRule).filter(({ scope }) => tier !== null || scope !== 'tier');
    const plan = () => Promise.resolve({ tier: tier ?? '' }); // called only if there are rules for tiers
    return Promise.all(
      rows.map(async (row) => {
        const price = toPrice(row);
        const rule = await ruleFor(rules, { model: row.model, price, plan });
        const { overrides, ...columns } = row;
        return {
          ...columns,
          overrides: overrides as PriceOverrideView[],
          class: classOf(price),
          is_free: price.is_free,
          markup_rate: amount(rule?.rate ?? 0n),
          withdrawn_at: row.withdrawn_at,
        };
      }),
    );
  }

  private record(tx: Tx, actor: Actor, action: string, id: string | null, metadata: object): Promise<void> {
    const entry = { user_id: actor.user_id, action, resource_type: 'model_price', resource_id: id };
    return this.audit.record(tx, actor, { ...entry, metadata: { ...metadata } });
  }
}

const NONE = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, null])) as Record<keyof Prices, null>;

/** Returns the start of a new price; the second price within one millisecond starts in the next one. */
function after(before: ModelPriceRow | null, now: Date): Date {
  return before && before.effective_from >= now ? new Date(before.effective_from.getTime() + 1) : now;
}
