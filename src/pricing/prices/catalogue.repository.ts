import { Injectable } from '@nestjs/common';
import type { markup_rules, model_prices, service_tier_multipliers } from '../../generated/prisma/client.js';
import { batched } from '../../platform/database/batched.js';
import { CATALOGUE_REVISION } from '../../platform/database/catalogue-revision.js';
import { Database } from '../../platform/database/database.js';
import { type Wire, wire } from '../../platform/values/wire.js';
import { Catalogue, namesOf } from './catalogue.js';
import { toRule } from '../markup/markup.js';
import { ANY, PRICE_COLUMNS } from './price.js';
import { type Price, toPrice } from './price-table.js';
import type { PricingRules } from '../rating/rating.js';
import { toMultiplier } from './service-tier.js';

/** Everything that can affect the price of some models, as of one instant. */
export interface Snapshot {
  /** Revision of the catalogue; another one means that something has changed since. */
  revision: string;
  catalogue: Catalogue;
  rules: PricingRules;
}

interface SnapshotRow {
  revision: string;
  prices: Wire<model_prices>[];
  rules: Wire<markup_rules>[];
  multipliers: Wire<service_tier_multipliers>[];
}

const MODELS_MAX = 1000;

// Amounts are selected as text: JSON numbers would be parsed as floats.
const AMOUNTS = PRICE_COLUMNS.map((column) => `'${column}', ${column}::text`).join(', ');
const SNAPSHOT = `
  SELECT ${CATALOGUE_REVISION} AS revision,
    (SELECT COALESCE(json_agg(json_build_object(
       'id', id, 'service', service, 'model', model, 'effective_from', effective_from,
       'overrides', overrides, 'is_free', is_free, ${AMOUNTS})), '[]')
     FROM model_prices WHERE regexp_replace(model, '^.*/', '') = ANY ($1::text[])
       AND NOT EXISTS (SELECT FROM price_withdrawals WHERE price_id = id)) AS prices,
    (SELECT COALESCE(json_agg(json_build_object('id', id, 'scope', scope, 'match', match, 'rate', rate::text)), '[]')
     FROM markup_rules) AS rules,
    (SELECT COALESCE(json_agg(json_build_object('service_tier', service_tier, 'match', match,
       'multiplier', multiplier::text, 'effective_from', effective_from)), '[]')
     FROM service_tier_multipliers) AS multipliers`;

/** Reads the current prices and rules for the hot path. */
@Injectable()
export class CatalogueRepository {
  /**
   * Combines the look-ups of one event loop turn into one query. Nothing is cached, so every rating uses current
   * prices.
   */
  private readonly loader = batched<string, Snapshot>(MODELS_MAX, (models) => this.load(models));

  constructor(private readonly db: Database) {}

  /** Returns every price that may apply to the model, for any service and date, and every markup rule. */
  snapshot(model: string | null): Promise<Snapshot> {
    return this.loader.load(model ?? ANY);
  }

  /** Returns prices by id. */
  async findAll(ids: readonly string[]): Promise<Price[]> {
    if (ids.length === 0) return [];
    return (await this.db.prisma.model_prices.findMany({ where: { id: { in: [...ids] } } })).map((row) =>
      toPrice(wire(row)),
    );
  }

  private async load(models: readonly string[]): Promise<Snapshot[]> {
    const names = [...new Set([...new Set(models)].flatMap(namesOf))];
    const [row] = await this.db.statement<SnapshotRow>('pricing_snapshot', SNAPSHOT, [names]);
    if (!row) throw new Error('the database returned no prices');
    const snapshot = {
      revision: row.revision,
      catalogue: new Catalogue(row.prices.map(toPrice)),
      rules: { markup: row.rules.map(toRule), multipliers: row.multipliers.map(toMultiplier) },
    };
    return models.map(() => snapshot);
  }
}
