/**
 * `node bench/gateway.ts [--seconds N]`: what the gateway adds to a call, against calling the same stand-in of OpenRouter
 * directly, in interleaved rounds of 1, 16 and 64 callers, streamed and not. Callers, stand-in, service and database
 * share the machine: with many callers the difference is mostly the CPU that they take from each other.
 */
import { parseArgs } from 'node:util';
import { Agent, request } from 'undici';
import { USER_PREFIX, USERS } from './accounts.ts';
import { startServer } from './processes.ts';
import { startBenchEnv } from './bench-env.ts';
import { KEY, MODEL, seedPrice, startUpstream } from './upstream.ts';

const DATABASE = 'gateway';
const CALLERS = [1, 16, 64];
const WARM_S = 2;

interface Target {
  name: string;
  /** Where a call goes; another account every time. */
  url: () => string;
  token: string;
}
interface Measured {
  p50: number;
  p99: number;
  per_s: number;
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const seconds = Number(values.seconds);
const agent = new Agent({ connections: Math.max(...CALLERS) });
const bench = await startBenchEnv();
const upstream = await startUpstream();
try {
  await bench.clone(DATABASE);
  await seedPrice(bench.pool(DATABASE));
  const env = { ...bench.env(DATABASE), ...upstream.env };
  const service = await startServer(['--enable-source-maps', 'dist/main.js'], env);
  const anybody = (): string => `${USER_PREFIX}${Math.floor(Math.random() * USERS)}`;
  const through = `http://127.0.0.1:${service.port}/v1/chat/completions?user_id=`;
  const targets: Target[] = [
    { name: 'direct', url: () => `${upstream.url}/chat/completions`, token: KEY },
    { name: 'gateway', url: () => through + anybody(), token: bench.token },
  ];
  for (const isStream of [false, true]) await compare(targets, isStream);
  const { rows } = await bench
    .pool(DATABASE)
    .query('SELECT count(*)::int AS open FROM credit_holds WHERE lease_until IS NOT NULL');
  console.log(`calls left open: ${String((rows[0] as { open: number }).open)}`);
  await service.stop();
} finally {
  upstream.process.kill();
  await agent.destroy();
  await bench.close();
}

async function compare(targets: Target[], isStream: boolean): Promise<void> {
  for (const target of targets) await load(target, isStream, Math.max(...CALLERS), WARM_S);
  for (const callers of CALLERS) {
    for (const target of targets) {
      const { p50, p99, per_s } = await load(target, isStream, callers, seconds);
      const how = `${isStream ? 'streamed' : 'whole'}, ${callers} at once, ${target.name}`;
      console.log(`${how}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, ${per_s.toFixed(0)}/s`);
    }
  }
}

async function load(target: Target, isStream: boolean, callers: number, for_s: number): Promise<Measured> {
  const took: number[] = [];
  const until = performance.now() + for_s * 1000;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      const from = performance.now();
      await call(target, isStream);
      took.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99), per_s: took.length / for_s };
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
