/**
 * `node bench/gateway.ts [--seconds N] [--rounds N]`: what the gateway adds to a call, against calling the same stand-in of
 * OpenRouter directly and through the least that a gateway can do (`bare-gateway.ts`), in interleaved rounds of 1, 16 and 64
 * callers, streamed and not. Accounts that called before are known to the process; the first call of an account reads its
 * terms. Callers, stand-in, service and database share the machine: with many callers the difference is mostly the CPU that
 * they take from each other. Prints a table of medians.
 */
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { USER_PREFIX, USERS } from './accounts.ts';
import { cpuSeconds, cpuSecondsOfTree, startServer } from './processes.ts';
import { startBenchEnv } from './bench-env.ts';
import { KEY, MODEL, seedPrice, startUpstream } from './upstream.ts';

const DATABASE = 'gateway';
const CALLERS = [1, 16, 64];
const WARM_S = 2;
/** Accounts that call again and again. */
const KNOWN = 100;

interface Target {
  name: string;
  pid: number | null;
  /** Where a call goes; another account every time. */
  url: () => string;
  token: string;
}
interface Measured {
  p50: number;
  p99: number;
  per_s: number;
  /** CPU time of one call in the process that is called, and in the database; 0 for direct calls. */
  process_us: number;
  database_us: number;
}

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '3' } },
});
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
const agent = new Agent({ connections: Math.max(...CALLERS) });
const bench = await startBenchEnv();
const upstream = await startUpstream();
try {
  await bench.clone(DATABASE);
  await seedPrice(bench.pool(DATABASE));
  const env = { ...bench.env(DATABASE), ...upstream.env };
  const service = await startServer(['--enable-source-maps', 'dist/main.js'], env);
  const bare = await startServer(['bench/bare-gateway.ts'], env);
  const account = (of: number): string => `${USER_PREFIX}${Math.floor(Math.random() * of)}`;
  const calls = (port: number): string => `http://127.0.0.1:${port}/v1/chat/completions?user_id=`;
  const targets: Target[] = [
    { name: 'direct', pid: null, url: () => `${upstream.url}/chat/completions`, token: KEY },
    { name: 'bare', pid: bare.pid, url: () => calls(bare.port) + account(KNOWN), token: '' },
    { name: 'gateway', pid: service.pid, url: () => calls(service.port) + account(KNOWN), token: bench.token },
    {
      name: 'gateway, first calls',
      pid: service.pid,
      url: () => calls(service.port) + account(USERS),
      token: bench.token,
    },
  ];
  console.log('| calls | at once | through | p50 ms | added ms | p99 ms | 1/s | CPU µs | CPU of the database µs |');
  console.log('| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const isStream of [false, true]) await compare(targets, isStream);
  const { rows } = await bench
    .pool(DATABASE)
    .query('SELECT count(*)::int AS open FROM credit_holds WHERE lease_until IS NOT NULL');
  console.log(`calls left open: ${String((rows[0] as { open: number }).open)}`);
  await service.stop();
  await bare.stop();
} finally {
  upstream.process.kill();
  await agent.destroy();
  await bench.close();
}

async function compare(targets: Target[], isStream: boolean): Promise<void> {
  for (const target of targets) await load(target, isStream, Math.max(...CALLERS), WARM_S);
  for (const callers of CALLERS) {
    const measured = new Map<Target, Measured[]>(targets.map((target) => [target, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const target of targets) measured.get(target)?.push(await load(target, isStream, callers, seconds));
    }
    let direct_ms = 0;
    for (const [{ name }, results] of measured) {
      const of = (what: keyof Measured): number =>
        results.map((one) => one[what]).sort((a, b) => a - b)[Math.floor(results.length / 2)] ?? NaN;
      direct_ms ||= of('p50');
      const added = name === 'direct' ? '' : (of('p50') - direct_ms).toFixed(2);
      const cpu = name === 'direct' ? ' | ' : `${of('process_us').toFixed(0)} | ${of('database_us').toFixed(0)}`;
      console.log(
        `| ${isStream ? 'streamed' : 'whole'} | ${callers} | ${name} | ${of('p50').toFixed(2)} | ${added} | ${of('p99').toFixed(2)} | ${of('per_s').toFixed(0)} | ${cpu} |`,
      );
    }
  }
}

async function load(target: Target, isStream: boolean, callers: number, for_s: number): Promise<Measured> {
  const took: number[] = [];
  const cpu = (): [number, number] => [
    target.pid === null ? 0 : cpuSeconds(target.pid),
    cpuSecondsOfTree(bench.postmaster),
  ];
  const before = cpu();
  const until = performance.now() + for_s * 1000;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      const from = performance.now();
      await call(target, isStream);
      took.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const [process_us = 0, database_us = 0] = cpu().map((now, i) => ((now - (before[i] ?? 0)) / took.length) * 1e6);
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99), per_s: took.length / for_s, process_us, database_us };
}

async function call({ url, token }: Target, stream: boolean): Promise<void> {
  const messages = [{ role: 'user', content: 'What is the capital of France, and why?' }];
  const { statusCode, body } = await request(url(), {
    method: 'POST',
    dispatcher: agent,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, max_tokens: 100, messages, stream }),
  });
  const text = await body.text();
  if (statusCode !== 200 || (stream && !text.endsWith('[DONE]\n\n'))) throw new Error(`${statusCode}: ${text}`);
}
