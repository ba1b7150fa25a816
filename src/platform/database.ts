import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import pRetry from 'p-retry';
import pg from 'pg';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { CONFIG, type Config } from './config.js';
import { isConflict } from './database-errors.js';
import { Reads } from './reads.js';

// Prices multiply before they are rounded once: the default of 20 significant digits would round on the way.
Prisma.Decimal.set({ precision: 40 });

declare const transactional: unique symbol;

/** Reads on any connection. */
export type Db = Omit<PrismaClient, '$transaction' | '$connect' | '$disconnect' | '$on' | '$extends'>;

/** Locks and writes. Only {@link Database.transaction} makes one. */
export type Tx = Prisma.TransactionClient & { readonly [transactional]: true };

const RETRIES = 3;
const RETRY_MS = { minTimeout: 5, maxTimeout: 100, factor: 3, randomize: true };
const CONNECT_TIMEOUT_MS = 5_000;
const TRANSACTION_TIMEOUT_MS = 30_000;

/** Sessions are in UTC, so that a timestamptz is ISO 8601 but for two characters: pg's own parser takes ten times as long. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format): ((text: string) => unknown) =>
    oid === pg.types.builtins.TIMESTAMPTZ && format !== 'binary'
      ? utc
      : (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
};
const utc = (text: string): Date => new Date(`${text.slice(0, 10)}T${text.slice(11, text.indexOf('+', 11))}Z`);

/** One pool for everything but reads that may take long: Prisma's queries and the statements of the hot path share it. */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  /** For whatever may take long. */
  readonly reads: Reads;
  private readonly readPool: pg.Pool;
  private readonly log = new Logger('database');

  constructor(@Inject(CONFIG) config: Config) {
    const { pool_max, read_pool_max } = config.database;
    this.pool = this.poolOf(config, pool_max, 'tollgate');
    this.readPool = this.poolOf(config, read_pool_max, 'tollgate reads');
    this.reads = new Reads(this.readPool, read_pool_max);
    this.prisma = new PrismaClient({
      adapter: new PrismaPg(this.pool, { onConnectionError: (error) => this.log.warn(error.message) }),
      transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: TRANSACTION_TIMEOUT_MS },
    });
  }

  private poolOf({ database }: Config, max: number, application_name: string): pg.Pool {
    const { url, statement_timeout_ms } = database;
    const pool = new pg.Pool({
      ...(url === null ? {} : { connectionString: url }),
      ...{ max, application_name, connectionTimeoutMillis: CONNECT_TIMEOUT_MS },
      // adapter-pg reads and writes timestamps without an offset: any other session zone would shift them
      // every query has an index to use: a plan made and kept while a table was empty must not scan it later, and
      // batches count on index order (src/credits/batch.sql.ts)
      options: `-c TimeZone=UTC -c statement_timeout=${statement_timeout_ms} -c enable_seqscan=off -c enable_bitmapscan=off -c jit=off`,
    });
    pool.on('error', (error) => this.log.warn(`an idle connection was lost: ${error.message}`));
    return pool;
  }

  /**
   * Runs one statement, prepared once per connection under `name`. Numerics come back as exact text.
   * @throws pg.DatabaseError as PostgreSQL reports it
   */
  async statement<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const result = await this.pool.query<Row>({ name, text, values, types: TYPES });
    return result.rows;
  }

  /**
   * Runs `work` in one transaction and retries it, with jitter, when PostgreSQL aborted it for a serialization
   * conflict or a deadlock. `work` must not call the network: it may run more than once.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return pRetry(() => this.prisma.$transaction((tx) => work(tx as Tx)), {
      ...RETRY_MS,
      retries: RETRIES,
      shouldRetry: ({ error }) => isConflict(error),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.prisma.$disconnect();
    await Promise.all([this.pool.end(), this.readPool.end()]);
  }
}
