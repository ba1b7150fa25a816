import type { PoolConfig } from 'pg';
import type { PgBoss, Queue, WorkOptions } from 'pg-boss';
import type { Tx } from '../platform/database.js';
import { preparing } from '../platform/session.js';
import type { QueuedJob } from './job.js';

const SCHEMA = 'pgboss';

/** Connections of its own: the service's pool forbids sequential scans, and jobs must not wait behind requests. */
const CONNECTIONS_MAX = 3;

/** A role may bring along what is good for the service's pool; a queue that was empty is read anyhow. */
const SESSION: Pick<PoolConfig, 'onConnect'> = {
  onConnect: preparing({ TimeZone: 'UTC' }),
};

/** A run whose process died is noticed after this long, and repeated. */
const HEARTBEAT_S = 30;
const RUN_MAX_S = 60 * 60;

const RETRY: Pick<Queue, 'retryLimit' | 'retryDelay' | 'retryBackoff' | 'retryDelayMax'> = {
  retryLimit: 5,
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 600,
};

/** Notifications wake the workers; polling is for retries and delayed jobs, and for poolers that swallow notifications. */
export const WORK: WorkOptions = { notifyPollingIntervalSeconds: 15, pollingIntervalSeconds: 2 };

/**
 * pg-boss on the tables that a migration of ours made: it never makes or changes any. A worker also keeps the schedules
 * and cleans up; without `isWorker` it only sends. The package is loaded here, when the service serves already: it takes
 * as long as the rest of a start.
 */
export async function createBoss(connectionString: string, isWorker: boolean): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss');
  return new PgBoss({
    connectionString,
    schema: SCHEMA,
    max: CONNECTIONS_MAX,
    application_name: 'tollgate jobs',
    ...SESSION,
    migrate: false,
    createSchema: false,
    reindex: false,
    schedule: isWorker,
    supervise: isWorker,
    useListenNotify: isWorker,
    monitorIntervalSeconds: HEARTBEAT_S,
    superviseIntervalSeconds: HEARTBEAT_S,
  });
}

/** Asks for a run as part of a transaction. */
export async function sendWithin(tx: Tx, boss: PgBoss, name: string, data: object, startAfter?: Date): Promise<void> {
  const { fromPrisma } = await import('pg-boss');
  await boss.send(name, data, { db: fromPrisma(tx), ...(startAfter && { startAfter }) });
}

/** Changes one run as part of a transaction. */
export async function changeWithin(
  tx: Tx,
  boss: PgBoss,
  change: 'retry' | 'cancel',
  name: string,
  id: string,
): Promise<void> {
  const { fromPrisma } = await import('pg-boss');
  await boss[change](name, id, { db: fromPrisma(tx) });
}

/** A scheduled job has one run waiting and one active at most; a job on demand has as many as were asked for. */
export function queueOf(job: QueuedJob): Omit<Queue, 'name'> {
  const policy = job.cron === undefined ? 'standard' : 'stately';
  return { policy, notify: true, heartbeatSeconds: HEARTBEAT_S, expireInSeconds: RUN_MAX_S, ...RETRY };
}
