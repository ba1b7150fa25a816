/**
 * `node bench/profile.ts [--seconds N] [--connections N] [--workload deduct|hot|hold|track|deduct_batch|balance]
 * [--unkeyed]`: runs the service under load with Node's CPU profiler and prints where its time goes, and whose the two
 * cores were.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { USER_PREFIX, USERS } from './accounts.ts';
import { type Job, LoadGenerator } from './load.ts';
import { cpuSeconds, cpuSecondsOfTree, ROOT } from './processes.ts';
import { startBenchEnv } from './bench-env.ts';

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  startTime: number;
  samples: number[];
  timeDeltas: number[];
}

const WARM_MS = 6_000;
const TOP = 40;
const INTERVAL_US = 500;
/** Paths of the workloads other than single charges. */
const PATHS: Partial<Record<string, { workload: Job['workload']; path: string }>> = {
  hold: { workload: 'hold', path: 'credits/holds' },
  balance: { workload: 'balance', path: 'credits/balance' },
  track: { workload: 'track', path: 'credits/usage/track/batch' },
  deduct_batch: { workload: 'deduct_batch', path: 'credits/deduct/batch' },
};

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '64' },
    workload: { type: 'string', default: 'deduct' },
    unkeyed: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(path.join(os.tmpdir(), 'tollgate-profile-'));
const bench = await startBenchEnv();
const generator = new LoadGenerator();
try {
  await bench.clone('profiled');
  const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_US}`];
  const service = await bench.serve('profiled', flags);
  await generator.run(jobFor(service.port, 'warm', WARM_MS));
  const spent = () => ({
    service: cpuSeconds(service.pid),
    postgres: cpuSecondsOfTree(bench.postmaster),
    generator: cpuSeconds(generator.pid),
  });
  const before = spent();
  const from = nowUs();
  const report = await generator.run(jobFor(service.port, 'run', Number(options.seconds) * 1000));
  const to = nowUs();
  const after = spent();
  await service.stop();

  const requests = report.per_s * Number(options.seconds);
  const perRequest = (who: keyof typeof before) => Math.round(((after[who] - before[who]) / requests) * 1e6);
  console.log(
    `${options.workload}, c=${options.connections}: ${Math.round(report.per_s)}/s while profiled, p50 ${report.p50_ms.toFixed(2)} ms, p99 ${report.p99_ms.toFixed(2)} ms`,
  );
  console.log(
    `CPU microseconds a request: service ${perRequest('service')}, PostgreSQL ${perRequest('postgres')}, load generator ${perRequest('generator')}`,
  );
  const [file] = globSync(path.join(folder, '*.cpuprofile'));
  if (file === undefined) throw new Error('the service wrote no profile');
  print(JSON.parse(readFileSync(file, 'utf8')) as Profile, from, to, requests);
} finally {
  generator.stop();
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
}

function jobFor(port: number, run: string, measure_ms: number): Job {
  const { workload, path: route } = PATHS[options.workload] ?? { workload: 'deduct' as const, path: 'credits/deduct' };
  return {
    port,
    path: `/api/v1/${route}`,
    workload,
    user_prefix: USER_PREFIX,
    users: options.workload === 'hot' ? 1 : USERS,
    keyed: !options.unkeyed && workload !== 'track',
    connections: Number(options.connections),
    ramp_ms: 0,
    measure_ms,
    requests_max: 5_000_000,
    token: bench.token,
    run,
  };
}

/** The profiler's clock is the monotonic one that all processes of the machine share. */
function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function print(profile: Profile, from: number, to: number, requests: number): void {
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const byFunction = new Map<string, number>();
  const byPlace = new Map<string, number>();
  let at = profile.startTime;
  let total = 0;
  profile.samples.forEach((id, i) => {
    const delta = profile.timeDeltas[i] ?? 0;
    at += delta;
    const frame = frames.get(id);
    if (at < from || at > to || !frame) return;
    total += delta;
    const file = place(frame.url);
    const name = frame.functionName || '(anonymous)';
    add(byFunction, file === '' ? name : `${name}  ${file}:${frame.lineNumber + 1}`, delta);
    add(byPlace, packageOf(file, name), delta);
  });
  table('by package', byPlace, total, requests);
  table(`by function, top ${TOP}`, byFunction, total, requests);
}

function add(sums: Map<string, number>, name: string, us: number): void {
  sums.set(name, (sums.get(name) ?? 0) + us);
}

function place(url: string): string {
  return url
    .replace('file://', '')
    .replace(`${ROOT}/`, '')
    .replace(/^.*node_modules\//, '');
}

function packageOf(file: string, name: string): string {
  if (file === '') return name.startsWith('(') && name !== '(anonymous)' ? name : '(native)';
  if (file.startsWith('node:')) return file.replace(/^node:(internal\/)?/, 'node:').split('/')[0] ?? file;
  const parts = file.split('/');
  return parts.slice(0, file.startsWith('@') || file.startsWith('dist/') ? 2 : 1).join('/');
}

function table(title: string, sums: Map<string, number>, total: number, requests: number): void {
  console.log(`\nself time ${title} (share of the time, microseconds a request)`);
  const sorted = [...sums].sort(([, a], [, b]) => b - a).slice(0, TOP);
  for (const [name, us] of sorted) {
    console.log(`${((us / total) * 100).toFixed(1).padStart(6)} % ${(us / requests).toFixed(2).padStart(8)}  ${name}`);
  }
}
