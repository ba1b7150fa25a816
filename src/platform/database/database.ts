import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import pRetry from 'p-retry';
import pg from 'pg';
import { Prisma, PrismaClient } from '../../generated/prisma/client.js';
import { CONFIG, type Config } from '../config/config.js';
import { isConflict } from './database-errors.js';
import { Metrics } from '../metrics.js';
import { runPrepared } from './prepared.js';
import { Reads } from './reads.js';
import { preparing, serviceSettings } from './session.js';
import { watchStatements } from './slow-statements.js';
import { instantOf } from './timestamptz.js';

// Prices are multiplied and then rounded once; the default of 20 significant digits would round intermediate results.
Prisma.Decimal.set({ precision: 40 });

declare const transactional: unique symbol;

/** Reads on any connection. */
export type Db = Omit<PrismaClient, '$transaction' | '$connect' | '$disconnect' | '$on' | '$extends'>;

/** Locks and writes. Only {@link Database.transaction} creates one. */
export type Tx = Prisma.TransactionClient & { readonly [transactional]: true };

const RETRIES = 3;
const RETRY_MS = { minTimeout: 5, maxTimeout: 100, factor: 3, randomize: true };
const CONNECT_TIMEOUT_MS = 5_000;
const TRANSACTION_TIMEOUT_MS = 30_000;

/** pg's own parser of timestamptz is ten times slower. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format): ((text: string) => unknown) =>
    oid === pg.types.builtins.TIMESTAMPTZ && format !== 'binary'
      ? instantOf
      : (pg.types.getTypeParser(oid, format) as (text: string) => unknown),
};

/**
 * The connection pools. Prisma's queries and the statements of the hot path share one pool; long reads have another.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  /** Long reads, from a replica if there is one. Never base a decision on their results. */
  readonly reads: Reads;
  private readonly readPool: pg.Pool;
  private readonly readPrisma: PrismaClient;
  private readonly log = new Logger('database');
  private readonly slow;

  constructor(@Inject(CONFIG) config: Config, metrics: Metrics) {
    this.slow = metrics.counter({
      name: 'db_slow_statements_total',
      help: 'Statements that took longer than SLOW_STATEMENT_MS; they are logged by name.',
    });
    const { url, read_url, pool_max, read_pool_max } = config.database;
    this.pool = this.poolOf(config, url, pool_max, 'tollgate');
    this.readPool = this.poolOf(config, read_url ?? url, read_pool_max, 'tollgate reads');
    this.readPrisma = this.prismaOf(this.readPool);
    this.reads = new Reads(this.readPool, this.readPrisma, read_pool_max);
    this.prisma = this.prismaOf(this.pool);
  }

  private prismaOf(pool: pg.Pool): PrismaClient {
    return new PrismaClient({
      adapter: new PrismaPg(pool, { onConnectionError: (error) => this.log.warn(error.message) }),
      transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: TRANSACTION_TIMEOUT_MS },
    });
  }

  private poolOf({ database }: Config, url: string | null, max: number, application_name: string): pg.Pool {
    const { statement_timeout_ms, slow_statement_ms } = database;
    const pool = new pg.Pool({
      ...(url === null ? {} : { connectionString: url }),
      max,
      application_name,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      onConnect: preparing(serviceSettings(statement_timeout_ms)),
    });
    pool.on('error', (error) => {
      // a pool that ends does not wait for its connections; a server that stops meanwhile cuts them off
      if (!pool.ending) this.log.warn(`an idle connection was lost: ${error.message}`);
    });
    if (slow_statement_ms > 0) {
      pool.on('connect', (client) =>
        watchStatements(client, slow_statement_ms, (statement, ms) => {
          this.slow.inc();
          this.log.warn({ statement, ms, msg: 'a statement was slow' });
        }),
      );
    }
    return pool;
  }

  /**
   * Runs one statement, prepared once per connection under `name`. Numerics are returned as exact text.
   * @throws pg.DatabaseError as PostgreSQL reports it
   */
  statement<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return runPrepared<Row>(this.pool, { name, text, values, types: TYPES });
  }

  /**
   * Runs `work` in one transaction. Retries it, with jitter, if PostgreSQL aborts it because of a serialization
   * conflict or a deadlock. `work` can run more than once, so it must not make network calls.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return pRetry(() => this.prisma.$transaction((tx) => work(tx as Tx)), {
      ...RETRY_MS,
      retries: RETRIES,
      shouldRetry: ({ error }) => isConflict(error),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.prisma.$disconnect(), this.readPrisma.$disconnect()]);
    await Promise.all([this.pool.end(), this.readPool.end()]);
  }
}
