import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Database } from './database.js';
import { Metrics } from '../metrics.js';
import { Shutdown } from '../shutdown.js';

/** Metrics of the process: its database connections, and whether it is shutting down. */
@Injectable()
export class PoolMetrics {
  constructor({ pool, reads }: Database, metrics: Metrics, shutdown: Shutdown) {
    const pools: [string, pg.Pool][] = [
      ['main', pool],
      ['reads', reads.pool],
    ];
    metrics.gauge(
      { name: 'db_pool_connections', help: 'Connections to the database.', labels: ['pool', 'state'] },
      () =>
        pools.flatMap(([name, { totalCount, idleCount }]) => [
          { labels: { pool: name, state: 'busy' }, value: totalCount - idleCount },
          { labels: { pool: name, state: 'idle' }, value: idleCount },
        ]),
    );
    metrics.gauge(
      { name: 'db_pool_connections_max', help: 'Maximum number of connections in the pool.', labels: ['pool'] },
      () => pools.map(([name, { options }]) => ({ labels: { pool: name }, value: options.max })),
    );
    metrics.gauge(
      { name: 'db_pool_waiting', help: 'Requests waiting for a database connection.', labels: ['pool'] },
      () => [
        { labels: { pool: 'main' }, value: pool.waitingCount },
        { labels: { pool: 'reads' }, value: reads.pool.waitingCount + reads.waiting },
      ],
    );
    metrics.gauge({ name: 'shutting_down', help: '1 while the process is shutting down.' }, () => [
      { labels: {}, value: shutdown.has_begun ? 1 : 0 },
    ]);
  }
}
