import { Injectable } from '@nestjs/common';
import type { ModelPriceView } from '../../pricing/pricing.dto.js';
import { BY_HAND } from '../../pricing/lists/price-import.js';
import { InvalidInput } from '../../platform/errors.js';
import { ANY, PRICE_COLUMNS, type PriceColumn, pricesOf } from '../../pricing/prices/price.js';
import { faultsOf } from '../../pricing/prices/price-faults.js';
import { PricesService } from '../../pricing/prices/prices.service.js';
import { PriceRecord } from '../records.js';
import { each, type Item, type KindImport, type Run, type State } from './kind-import.js';

/** Prices share one lock, so concurrent writes would only wait. */
const CONCURRENCY = 1;

/**
 * Imports model prices as manual prices, which take precedence over price lists. An existing manual price is unchanged.
 */
@Injectable()
export class PricesImport implements KindImport<PriceRecord> {
  readonly dto = PriceRecord;

  constructor(private readonly prices: PricesService) {}

  assertUsable(record: PriceRecord): void {
    const given = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, record[column] ?? null]));
    const faults = faultsOf(pricesOf(given as Record<PriceColumn, string | null>), record.is_free ?? false);
    if (faults.length > 0) throw new InvalidInput(faults);
  }

  foresee(items: readonly Item<PriceRecord>[]): Promise<(State | Error)[]> {
    return each(items, CONCURRENCY, ({ record }) => this.stateOf(record));
  }

  take(items: readonly Item<PriceRecord>[], { actor }: Run): Promise<(State | Error)[]> {
    return each(items, CONCURRENCY, async ({ record }) => {
      const state = await this.stateOf(record);
      if (state === 'new') await this.prices.set(actor, { ...record, allow_jump: false });
      return state;
    });
  }

  private async stateOf(record: PriceRecord): Promise<State> {
    const now = new Date();
    const history = await this.prices.history(record.service ?? ANY, record.model);
    const current = history.find((price) => price.effective_from <= now && price.withdrawn_at === null);
    if (!current) return 'new';
    if (isSame(current, record)) return 'known';
    return current.source === BY_HAND ? 'kept' : 'new';
  }
}

const isSame = (current: ModelPriceView, record: PriceRecord): boolean =>
  PRICE_COLUMNS.every((column) => (record[column] ?? null) === current[column]) &&
  (record.is_free ?? false) === current.is_free;
