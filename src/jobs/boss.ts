import type { PoolConfig } from 'pg';
import type { PgBoss, Queue, WorkOptions } from 'pg-boss';
import type { Tx } from '../platform/database/database.js';
import { preparing } from '../platform/database/session.js';
import type { QueuedJob } from './job.js';

const SCHEMA = 'pgboss';

/** A separate pool: the service's pool forbids sequential scans, and jobs must not wait behind requests. */
const CONNECTIONS_MAX = 3;

/** The role's settings may be meant for the service's pool; only the time zone matters here. */
const SESSION: Pick<PoolConfig, 'onConnect'> = {
  onConnect: preparing({ TimeZone: 'UTC' }),
};

/** A run whose process died is detected and repeated after this time. */
const HEARTBEAT_S = 30;
const RUN_MAX_S = 60 * 60;

const RETRY: Pick<Queue, 'retryLimit' | 'retryDelay' | 'retryBackoff' | 'retryDelayMax'> = {
  retryLimit: 5,
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 600,
};

/** Notifications wake the workers. Polling covers retries, delayed jobs, and poolers that drop notifications. */
export const WORK: WorkOptions = { notifyPollingIntervalSeconds: 15, pollingIntervalSeconds: 2 };

/**
 * Creates pg-boss on the tables of our migrations; it never creates or changes tables itself. A worker also runs the
 * schedules and cleans up; without `isWorker` it only sends. The package is loaded lazily, because that takes as long
 * as the rest of the start.
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

/** Enqueues a run as part of a transaction. */
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

/**
 * Returns the queue options of a job. A scheduled job has at most one waiting and one active run; a job on demand has
 * any number.
 */
export function queueOf(job: QueuedJob): Omit<Queue, 'name'> {
  const policy = job.cron === undefined ? 'standard' : 'stately';
  return { policy, notify: true, heartbeatSeconds: HEARTBEAT_S, expireInSeconds: RUN_MAX_S, ...RETRY };
}
