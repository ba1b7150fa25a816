/**
 * `node bench/restore.ts [--seconds 10] [--clients 8]`: dumps a database with pg_dump of the PostgreSQL on this machine
 * (Debian: the package postgresql-15; PG_BIN names another folder of its programs) while the service charges on it, and
 * restores it twice: into the same server with pg_restore, and into the bundled PostgreSQL 18 with psql. On each restored
 * database the service serves: what was answered before the dump is known there by its key, new calls are charged, and
 * ledger verify, usage verify and doctor (which checks the schema as well) agree. Fails on any difference.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { locatePostgres } from '../src/platform/embedded/binaries.ts';
import { startTemporaryServer } from '../src/platform/embedded/temporary-server.ts';
import { verifiedBy } from './accounts.ts';
import { Client, Line, type Exchange } from './mix.ts';
import { Comparison, isAccepted } from './mix-check.ts';
import { startServer } from './processes.ts';
import { startBenchEnv } from './bench-env.ts';

const DATABASE = 'dumped';
const RESTORED = 'restored';
const CHARGES = 100;
const COUPON = 'RESTORE';
const CANNOT_RUN = 2;
const FOLDERS = [process.env['PG_BIN'], ...[18, 17, 16, 15].map((major) => `/usr/lib/postgresql/${major}/bin`)];
const tools = FOLDERS.find((folder) => folder !== undefined && existsSync(path.join(folder, 'pg_dump')));
if (tools === undefined || !existsSync(path.join(tools, 'initdb'))) {
  console.error(
    'SKIPPED: no initdb, pg_ctl, pg_dump, pg_restore and psql here (Debian: apt-get install postgresql-15)',
  );
  process.exit(CANNOT_RUN);
}

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, clients: { type: 'string', default: '8' } },
});
const [seconds, clients] = [Number(values.seconds), Number(values.clients)];
const { account } = await locatePostgres();
const own = { initdb: path.join(tools, 'initdb'), pgCtl: path.join(tools, 'pg_ctl'), account };
const folder = mkdtempSync(path.join(os.tmpdir(), 'tollgate-dump-'));
const dump = path.join(folder, 'tollgate.dump');
const bench = await startBenchEnv(own);
const bundled = await startTemporaryServer({ fsync: true, base: bench.disk });
const line = new Line(bench.admin_token);
const env = (url: string): Record<string, string> => ({
  ...bench.env(DATABASE),
  DATABASE_URL: url,
  PRICE_SYNC: 'off',
});
try {
  await bench.clone(DATABASE);
  console.log(`dumped with ${run('pg_dump', '--version').trim()}`);
  const before = await dumpUnderLoad();
  run('createdb', `--maintenance-db=${bench.url('postgres')}`, RESTORED);
  await prove('the same server', bench.url(RESTORED), before, () => {
    run('pg_restore', '--no-owner', '--exit-on-error', `--dbname=${bench.url(RESTORED)}`, dump);
  });
  run('createdb', `--maintenance-db=${bundled.url('postgres')}`, RESTORED);
  await prove('the bundled PostgreSQL', bundled.url(RESTORED), before, () => {
    run('pg_restore', '--no-owner', `--file=${dump}.sql`, dump);
    run('psql', '--quiet', '--no-psqlrc', '--set=ON_ERROR_STOP=1', `--file=${dump}.sql`, bundled.url(RESTORED));
  });
} finally {
  await line.close();
  await bench.close();
  await bundled.stop();
  rmSync(folder, { recursive: true });
}

/** Dumps in the middle of the load. Gives the calls that were answered before the dump began. */
async function dumpUnderLoad(): Promise<Exchange[]> {
  const service = await startServer(['dist/main.js'], env(bench.url(DATABASE)));
  const exchanges: Exchange[] = [];
  const living = { isOver: false };
  const lives = Array.from({ length: clients }, async (_, n) => {
    const client = new Client(n, `r${n}`, COUPON, async (order) => {
      const answer = await line.ask(service.port, order);
      exchanges.push({ order, answer });
      return answer;
    });
    while (!living.isOver) await client.act();
  });
  await pause((seconds * 1_000) / 2);
  const before = [...exchanges];
  const from = performance.now();
  // not to wait for in the loop of this process: the clients go on meanwhile
  const args = ['--format=custom', `--file=${dump}`, bench.url(DATABASE)];
  await promisify(execFile)(path.join(String(tools), 'pg_dump'), args);
  const took_s = (performance.now() - from) / 1_000;
  const meanwhile = exchanges.length - before.length;
  await pause((seconds * 1_000) / 2);
  living.isOver = true;
  await Promise.all(lives);
  await service.stop();
  const size_mb = statSync(dump).size / 1e6;
  console.log(
    `${before.length} calls answered before; dump of ${size_mb.toFixed(1)} MB in ${took_s.toFixed(1)} s, ${meanwhile} calls answered meanwhile`,
  );
  return before;
}

/** Restores, serves, charges, verifies. */
async function prove(where: string, url: string, before: readonly Exchange[], restore: () => void): Promise<void> {
  const from = performance.now();
  restore();
  const restored_s = (performance.now() - from) / 1_000;
  expectAgreement('schema migrate', url);
  const service = await startServer(['dist/main.js'], env(url));
  const comparison = new Comparison([]);
  const known = before.filter((one) => isAccepted(one) && one.order.kind !== 'balance');
  for (const one of known) comparison.expectSame(one, await line.ask(service.port, one.order));
  for (let n = 0; n < CHARGES; n += 1) {
    const body = { user_id: `after-${n}`, amount: '0.5', service: 'tts' };
    const order = { kind: 'deduct' as const, user_id: body.user_id, key: `after-${n}`, path: 'credits/deduct', body };
    const { status } = await line.ask(service.port, order);
    if (status !== 200) throw new Error(`a charge on the restored database was answered ${status}`);
  }
  if (comparison.faults > 0) throw new Error(`lost by the dump: ${comparison.examples.join('\n')}`);
  for (const command of ['ledger verify', 'usage verify', 'doctor']) expectAgreement(command, url);
  await service.stop();
  console.log(
    `restored into ${where} in ${restored_s.toFixed(1)} s: ${known.length} earlier calls known by their keys, ${CHARGES} new charges; ledger verify, usage verify and doctor agree`,
  );
}

function expectAgreement(command: string, url: string): void {
  const fault = verifiedBy(command, env(url));
  if (fault !== null) throw new Error(fault);
}

function run(tool: string, ...args: string[]): string {
  return execFileSync(path.join(String(tools), tool), args, { encoding: 'utf8' });
}
