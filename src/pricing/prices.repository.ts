import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import type { ModelPriceRow } from '../generated/rows.js';
import { Database, type Db, type Tx } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { wire } from '../platform/wire.js';

/** A price that is not stored yet. */
export type NewPrice = Omit<Prisma.model_pricesCreateManyInput, 'id' | 'created_at'>;

const HISTORY_MAX = 500;

type StoredPrice = Prisma.model_pricesGetPayload<object>;

const toRow = (price: StoredPrice): ModelPriceRow => ({ ...wire(price), overrides: price.overrides as unknown[] });

/** All SQL that writes or lists prices. */
@Injectable()
export class PricesRepository {
  constructor(private readonly db: Database) {}

  /** The price in effect of every service and model, by model. */
  async current(db: Db | Tx = this.db.prisma): Promise<ModelPriceRow[]> {
    const rows = await db.$queryRaw<StoredPrice[]>`
      SELECT DISTINCT ON (model, service) * FROM model_prices WHERE effective_from <= clock_timestamp()
      ORDER BY model, service, effective_from DESC`;
    return rows.map(toRow);
  }

  /** Every price that a service and model had and will have, newest first. */
  async history(service: string, model: string): Promise<ModelPriceRow[]> {
    const rows = await this.db.prisma.model_prices.findMany({
      where: { service, model },
      orderBy: { effective_from: 'desc' },
      take: HISTORY_MAX,
    });
    return rows.map(toRow);
  }

  /** @throws NotFound when there is no such price */
  async get(id: string): Promise<ModelPriceRow> {
    const row = await this.db.prisma.model_prices.findUnique({ where: { id } });
    if (!row) throw new NotFound('Price');
    return toRow(row);
  }

  /** The newest price of a service and model that is in effect at an instant; null when there is none. */
  async inEffect(tx: Tx, service: string, model: string, at: Date): Promise<ModelPriceRow | null> {
    const row = await tx.model_prices.findFirst({
      where: { service, model, effective_from: { lte: at } },
      orderBy: { effective_from: 'desc' },
    });
    return row && toRow(row);
  }

  /** Keeps all other writers of prices waiting until the transaction ends, and reads the clock once it is our turn. */
  async lock(tx: Tx): Promise<Date> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('model_prices', 0))`;
    const [row] = await tx.$queryRaw<{ now: Date }[]>`SELECT date_trunc('milliseconds', clock_timestamp()) AS now`;
    if (!row) throw new Error('the clock gave no answer');
    return row.now;
  }

  /** Adds prices; those that have one of the same service, model and instant already are left out. */
  async insert(tx: Tx, data: NewPrice[]): Promise<ModelPriceRow[]> {
    return (await tx.model_prices.createManyAndReturn({ data, skipDuplicates: true })).map(toRow);
  }
}
