import { Injectable } from '@nestjs/common';
import { Prisma } from '../../generated/prisma/client.js';
import type { ModelPriceRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import { wire } from '../../platform/values/wire.js';
import { namesOf } from './catalogue.js';
import { ANY } from './price.js';

/** A price that is not stored yet. */
export type NewPrice = Omit<Prisma.model_pricesCreateManyInput, 'id' | 'created_at'>;

const HISTORY_MAX = 500;

/** A price with the time of its withdrawal; null if it is not withdrawn. */
export type StoredPrice = ModelPriceRow & { withdrawn_at: Date | null };

type SqlRow = Prisma.model_pricesGetPayload<object>;
type WithWithdrawal = SqlRow & { withdrawal: { withdrawn_at: Date } | null };

const WITH_WITHDRAWAL = { withdrawal: { select: { withdrawn_at: true } } } as const;

const toRow = (price: SqlRow): StoredPrice => ({
  ...wire(price),
  overrides: price.overrides as unknown[],
  withdrawn_at: null,
});

const toStored = ({ withdrawal, ...price }: WithWithdrawal): StoredPrice => ({
  ...toRow(price),
  withdrawn_at: withdrawal?.withdrawn_at ?? null,
});

/** All SQL that writes or lists prices. */
@Injectable()
export class PricesRepository {
  constructor(private readonly db: Database) {}

  /** Returns the price in effect of every service and model, ordered by model. */
  async current(db: Db | Tx = this.db.prisma): Promise<StoredPrice[]> {
    const rows = await db.$queryRaw<SqlRow[]>`
      SELECT DISTINCT ON (model, service) * FROM model_prices WHERE effective_from <= clock_timestamp()
        AND NOT EXISTS (SELECT FROM price_withdrawals WHERE price_id = id)
      ORDER BY model, service, effective_from DESC`;
    return rows.map(toRow);
  }

  /** Returns all past, current and future prices of a service and model, newest first, including withdrawn ones. */
  async history(service: string, model: string): Promise<StoredPrice[]> {
    const rows = await this.db.prisma.model_prices.findMany({
      where: { service, model },
      orderBy: { effective_from: 'desc' },
      take: HISTORY_MAX,
      include: WITH_WITHDRAWAL,
    });
    return rows.map(toStored);
  }

  /** @throws NotFound when there is no such price */
  async get(id: string, db: Db | Tx = this.db.prisma): Promise<StoredPrice> {
    const row = await db.model_prices.findUnique({ where: { id }, include: WITH_WITHDRAWAL });
    if (!row) throw new NotFound('Price');
    return toStored(row);
  }

  /** Returns every price, of any date, that may apply to a model under one of its names, or to a whole service. */
  async related(tx: Tx, model: string): Promise<StoredPrice[]> {
    const rows = await tx.$queryRaw<SqlRow[]>`
      SELECT * FROM model_prices WHERE regexp_replace(model, '^.*/', '') = ANY (${namesOf(model)}::text[])
        AND NOT EXISTS (SELECT FROM price_withdrawals WHERE price_id = id)`;
    return rows.map(toRow);
  }

  /**
   * Returns the ids of models with a price for the service or for all services, except those of LiteLLM's file, which
   * the service may not offer. Limited to some bare names, or all.
   */
  async offered(service: string, names: readonly string[] | null = null): Promise<string[]> {
    const rows = await this.db.prisma.$queryRaw<{ model: string }[]>`
      SELECT DISTINCT model FROM model_prices
      WHERE (${names}::text[] IS NULL OR regexp_replace(model, '^.*/', '') = ANY (${names}::text[]))
        AND effective_from <= clock_timestamp()
        AND (service = ${service} OR (service = ${ANY} AND source <> 'litellm')) AND model <> ${ANY}
        AND NOT EXISTS (SELECT FROM price_withdrawals WHERE price_id = id)
      ORDER BY model`;
    return rows.map(({ model }) => model);
  }

  /** Returns when the first price of each model, or of one model, was recorded. */
  async firstEntered(model: string | null = null): Promise<Map<string, Date>> {
    const where = model === null ? {} : { model };
    const rows = await this.db.prisma.model_prices.groupBy({ by: ['model'], where, _min: { created_at: true } });
    return new Map(rows.flatMap(({ model, _min }) => (_min.created_at === null ? [] : [[model, _min.created_at]])));
  }

  /** Returns when the latest price of a source was recorded; null if there is none. */
  async newestOf(source: string): Promise<Date | null> {
    const { _max } = await this.db.prisma.model_prices.aggregate({ where: { source }, _max: { created_at: true } });
    return _max.created_at;
  }

  /** Marks a price as withdrawn; false if it was already. */
  async withdraw(tx: Tx, price_id: string): Promise<boolean> {
    const { count } = await tx.price_withdrawals.createMany({ data: { price_id }, skipDuplicates: true });
    return count === 1;
  }

  /** Returns the latest price of a service and model up to an instant, withdrawn or not; null if there is none. */
  async inEffect(tx: Tx, service: string, model: string, at: Date): Promise<ModelPriceRow | null> {
    const row = await tx.model_prices.findFirst({
      where: { service, model, effective_from: { lte: at } },
      orderBy: { effective_from: 'desc' },
    });
    return row && toRow(row);
  }

  /** Locks out other writers of prices until the transaction ends. @returns the time after the lock was acquired */
  async lock(tx: Tx): Promise<Date> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('model_prices', 0))`;
    const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT date_trunc('milliseconds', clock_timestamp()) AS now`;
    if (!row) throw new Error('the database returned no time');
    return row.now;
  }

  /** Inserts prices, except where one of the same service, model and instant exists. @returns the inserted ones */
  async insert(tx: Tx, data: NewPrice[]): Promise<StoredPrice[]> {
    return (await tx.model_prices.createManyAndReturn({ data, skipDuplicates: true })).map(toRow);
  }
}
