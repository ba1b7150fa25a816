import { readFileSync } from 'node:fs';
import type pg from 'pg';

/** How the service and its database stand at one instant. */
export interface Sample {
  minute: number;
  rss_mb: number;
  /** What is left on the heap after a garbage collection. */
  heap_mb: number;
  /** By table: MB in all, and dead rows for each hundred living ones. */
  tables: Map<string, { mb: number; bytes_per_row: number; dead_percent: number }>;
  /** Of the account, or the job, that is latest; of the usage that is not rolled up. */
  due_late_s: number;
  job_late_s: number;
  rollup_late_s: number;
}

const HOT = ['user_credits', 'credit_holds', 'idempotency_keys', 'usage_daily', 'credit_grants', 'pgboss.job_common'];
const GROWTH_MAX_PERCENT = 10;
const GROWTH_MAX_MB = 8;
const BLOAT_MAX = 2;
/** Smaller tables say nothing: a page more or less is half of them. */
const BLOAT_FROM_MB = 2;
const LATE_MAX_S = 180;
const ROLLUP_LATE_MAX_S = 60;

/** Looks at a service under load. */
export class Watch {
  static readonly HEAD = `| minute | RSS MB | live heap MB | ${HOT.join(' | ')} | due late s | job late s | roll-up late s |\n|${' ---: |'.repeat(HOT.length + 6)}`;
  readonly samples: Sample[] = [];
  private readonly pool: pg.Pool;
  private readonly pid: number;
  private readonly metrics: string;
  private readonly inspector: Inspector;

  private constructor(pool: pg.Pool, pid: number, metrics: string, inspector: Inspector) {
    this.pool = pool;
    this.pid = pid;
    this.metrics = metrics;
    this.inspector = inspector;
  }

  static async begin(pool: pg.Pool, pid: number, inspect_port: number, metrics_port: number): Promise<Watch> {
    const metrics = `http://127.0.0.1:${metrics_port}/metrics`;
    return new Watch(pool, pid, metrics, await Inspector.of(inspect_port));
  }

  /** Takes a sample. Gives it as a row of a table: sizes in MB, with dead rows in percent of the living ones. */
  async look(minute: number): Promise<string> {
    const heap_mb = await this.inspector.liveHeap();
    const [, rss = 'NaN'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8')) ?? [];
    const { rows } = await this.pool.query<{ late: number }>(
      `SELECT greatest(0, coalesce(extract(epoch FROM now() - min(due_at)), 0))::float8 AS late FROM user_credits`,
    );
    const exposed = await (await fetch(this.metrics)).text();
    const sample = {
      minute,
      rss_mb: Number(rss) / 1024,
      heap_mb,
      tables: await this.tables(),
      due_late_s: rows[0]?.late ?? NaN,
      job_late_s: most(exposed, 'tollgate_job_waiting_seconds'),
      rollup_late_s: most(exposed, 'tollgate_rollup_lag_seconds'),
    };
    this.samples.push(sample);
    const tables = HOT.map((name) => sample.tables.get(name)).map((table) =>
      table ? `${table.mb.toFixed(1)} (${table.dead_percent.toFixed(0)} %)` : '',
    );
    const late = [sample.due_late_s, sample.job_late_s, sample.rollup_late_s].map((seconds) => seconds.toFixed(0));
    return `| ${[minute, sample.rss_mb.toFixed(0), heap_mb.toFixed(1), ...tables, ...late].join(' | ')} |`;
  }

  /** Lets go of the process, which would not end otherwise. */
  close(): void {
    this.inspector.close();
  }

  private async tables(): Promise<Sample['tables']> {
    const { rows } = await this.pool.query<{ name: string; bytes: string; live: string; dead: string }>(
      `SELECT name, pg_total_relation_size(name::regclass) AS bytes, n_live_tup AS live, n_dead_tup AS dead
       FROM unnest($1::text[]) AS hot (name) JOIN pg_stat_user_tables ON relid = name::regclass`,
      [HOT],
    );
    return new Map(
      rows.map(({ name, bytes, live, dead }) => {
        const per_row = Number(bytes) / Math.max(1, Number(live));
        const dead_percent = (100 * Number(dead)) / Math.max(1, Number(live));
        return [name, { mb: Number(bytes) / 1e6, bytes_per_row: per_row, dead_percent }];
      }),
    );
  }
}

/** Node's inspector of another process. */
class Inspector {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (result: { usedSize?: number }) => void>();
  private calls = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id: number; result: { usedSize?: number } };
      this.waiting.get(id)?.(result);
      this.waiting.delete(id);
    });
  }

  static async of(port: number): Promise<Inspector> {
    const list = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
      webSocketDebuggerUrl: string;
    }[];
    const socket = new WebSocket(list[0]?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    return new Inspector(socket);
  }

  async liveHeap(): Promise<number> {
    await this.call('HeapProfiler.collectGarbage');
    const { usedSize = NaN } = await this.call('Runtime.getHeapUsage');
    return usedSize / 2 ** 20;
  }

  close(): void {
    this.socket.close();
  }

  private call(method: string): Promise<{ usedSize?: number }> {
    const id = (this.calls += 1);
    this.socket.send(JSON.stringify({ id, method }));
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }
}

/** What is wrong with the run. Memory is judged by the second half: the first one fills caches. */
export function faultsOf(samples: readonly Sample[]): string[] {
  const half = samples.slice(Math.floor(samples.length / 2));
  const faults: string[] = [];
  for (const [name, of] of [
    ['live heap', ({ heap_mb }: Sample) => heap_mb],
    ['RSS', ({ rss_mb }: Sample) => rss_mb],
  ] as const) {
    const growth = growthOf(half.map(of));
    const level = half.reduce((sum, sample) => sum + of(sample), 0) / half.length;
    if (growth > GROWTH_MAX_MB && growth > (level * GROWTH_MAX_PERCENT) / 100) {
      faults.push(`${name} grew by ${growth.toFixed(1)} MB in the second half, at ${level.toFixed(0)} MB`);
    }
  }
  for (const name of HOT) {
    const sizes = samples.flatMap(({ tables }) => tables.get(name) ?? []).filter(({ mb }) => mb >= BLOAT_FROM_MB);
    const ratio =
      (sizes.at(-1)?.bytes_per_row ?? 1) / Math.min(...sizes.map(({ bytes_per_row }) => bytes_per_row), Infinity);
    if (ratio > BLOAT_MAX) faults.push(`${name} takes ${ratio.toFixed(1)} times as much for a row as at best`);
  }
  const latest = (of: (sample: Sample) => number): number => Math.max(...samples.map(of));
  if (latest(({ due_late_s }) => due_late_s) > LATE_MAX_S) faults.push('an account was late');
  if (latest(({ job_late_s }) => job_late_s) > LATE_MAX_S) faults.push('a job was late');
  if (latest(({ rollup_late_s }) => rollup_late_s) > ROLLUP_LATE_MAX_S) faults.push('the roll-up was late');
  return faults;
}

/** By how much the line of best fit rises from the first value to the last one. */
function growthOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [over, under] = [0, 0];
  for (const [i, value] of values.entries()) {
    over += (i - middle) * (value - mean);
    under += (i - middle) ** 2;
  }
  return under === 0 ? 0 : (over / under) * (values.length - 1);
}

/** The greatest value of a metric, 0 without one. */
function most(exposed: string, name: string): number {
  const values = exposed
    .split('\n')
    .filter((row) => row.startsWith(name))
    .map((row) => Number(row.split(' ').at(-1)));
  return Math.max(0, ...values);
}
