import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { middle } from './results.ts';

const SYNCS = 200;
const PAGE = Buffer.alloc(8192, 1);

/** What the numbers were measured on, one fact a line. */
export async function machineFacts(pool: pg.Pool, folder: string, baseline: string): Promise<string[]> {
  const { rows } = await pool.query<Record<'version' | 'fsync' | 'commit' | 'buffers', string>>(
    `SELECT split_part(version(), ' on ', 1) AS version, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS commit, current_setting('shared_buffers') AS buffers`,
  );
  const [server] = rows;
  const cpus = os.cpus();
  return [
    `${new Date().toISOString().slice(0, 10)}; ${cpus.length} cores (${cpus[0]?.model.trim()}), ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()} ${os.release()}, shared by client, service and database`,
    `Node ${process.version}; ${server?.version}, fsync ${server?.fsync}, synchronous_commit ${server?.commit}, shared_buffers ${server?.buffers}`,
    `disk: ${fileSystemOf(folder)}; write of 8 kB and fdatasync, median: ${syncMs(folder).toFixed(2)} ms`,
    `baseline: ${baseline}, over TCP`,
  ];
}

function fileSystemOf(folder: string): string {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, where]) => where !== undefined && `${folder}/`.startsWith(where.endsWith('/') ? where : `${where}/`))
      .sort(([, a], [, b]) => (b?.length ?? 0) - (a?.length ?? 0));
    const [device, , type] = mounts[0] ?? [];
    return `${type} on ${device}`;
  } catch {
    return 'unknown';
  }
}

function syncMs(folder: string): number {
  const file = path.join(folder, `tollgate-sync-${process.pid}`);
  const fd = openSync(file, 'w');
  try {
    const times = Array.from({ length: SYNCS }, () => {
      const start = performance.now();
      writeSync(fd, PAGE);
      fdatasyncSync(fd);
      return performance.now() - start;
    });
    return middle(times).median;
  } finally {
    closeSync(fd);
    rmSync(file);
  }
}
