import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Database } from './database.js';
import { Metrics } from './metrics.js';
import { Shutdown } from './shutdown.js';

/** What the process knows of itself: its connections to the database, and whether it goes. */
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
      { name: 'db_pool_connections_max', help: 'Most connections that the pool may open.', labels: ['pool'] },
      () => pools.map(([name, { options }]) => ({ labels: { pool: name }, value: options.max })),
    );
    metrics.gauge(
      { name: 'db_pool_waiting', help: 'Work that waits for a connection to the database.', labels: ['pool'] },
      () => [
        { labels: { pool: 'main' }, value: pool.waitingCount },
        { labels: { pool: 'reads' }, value: reads.pool.waitingCount + reads.waiting },
      ],
    );
    metrics.gauge({ name: 'shutting_down', help: '1 from the beginning of a shutdown on.' }, () => [
      { labels: {}, value: shutdown.has_begun ? 1 : 0 },
    ]);
  }
}
