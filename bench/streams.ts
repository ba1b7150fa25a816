/**
 * `node bench/streams.ts [--streams 500] [--seconds 20]`: so many streams at once through the gateway, each of an account
 * of its own, from a stand-in of OpenRouter that makes a token every fifth of a second. Prints how long the first byte
 * took and the memory of the service before, at most and after. Fails unless every stream ends with its cost and the mark
 * of its end, each is booked exactly once for what the provider reported, and nothing is left open or held.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { Agent, request } from 'undici';
import { USER_PREFIX, USERS } from './accounts.ts';
import { cpuSeconds, startServer } from './processes.ts';
import { startBenchEnv } from './bench-env.ts';
import { MODEL, seedPrice, startUpstream } from './upstream.ts';

const DATABASE = 'streams';
const TOKEN_MS = 200;
const CALM_MS = 3_000;
const END = /\n\n: cost (\S+) balance \S+\n\ndata: \[DONE\]\n\n$/;
/** Whose call comes first, alone: it is slow for reasons of its own. */
const FIRST = USERS - 1;

interface Stream {
  first_byte_ms: number;
  took_ms: number;
  /** Cost that the provider reported, USD. */
  provider_cost: number;
}

const { values } = parseArgs({
  options: { streams: { type: 'string', default: '500' }, seconds: { type: 'string', default: '20' } },
});
const streams = Number(values.streams);
if (streams >= USERS) throw new Error(`there are ${USERS} accounts`);
const tokens = Math.round((Number(values.seconds) * 1000) / TOKEN_MS);
const agent = new Agent({ connections: streams });
const bench = await startBenchEnv();
const upstream = await startUpstream();
try {
  await bench.clone(DATABASE);
  await seedPrice(bench.pool(DATABASE));
  const env = { ...bench.env(DATABASE), ...upstream.env };
  const service = await startServer(['--enable-source-maps', 'dist/main.js'], env);
  const base = `http://127.0.0.1:${service.port}/v1/chat/completions?user_id=${USER_PREFIX}`;
  await call(base + String(FIRST), 1);
  const before = memoryOf(service.pid);
  const cpu = cpuSeconds(service.pid);
  const done = await Promise.all(Array.from({ length: streams }, (_, n) => call(base + String(n), tokens)));
  const used_s = cpuSeconds(service.pid) - cpu;
  await pause(CALM_MS);
  const after = memoryOf(service.pid);
  const first = sorted(done.map(({ first_byte_ms }) => first_byte_ms));
  const took = sorted(done.map(({ took_ms }) => took_ms));
  console.log(`${streams} streams at once, ${tokens} tokens each: all ended with their cost`);
  console.log(`first byte: p50 ${at(first, 0.5)} ms, p99 ${at(first, 0.99)} ms`);
  console.log(`whole stream: p50 ${at(took, 0.5)} ms, p99 ${at(took, 0.99)} ms, ${tokens * TOKEN_MS} ms of it tokens`);
  console.log(`service: ${before.now} MB before, ${after.most} MB at most, ${after.now} MB after`);
  console.log(`service: ${used_s.toFixed(1)} s of CPU`);
  await verify(bench.pool(DATABASE), done);
  await service.stop();
} finally {
  upstream.process.kill();
  await agent.destroy();
  await bench.close();
}

async function call(url: string, output_tokens: number): Promise<Stream> {
  const from = performance.now();
  const stand_in = { output_tokens, token_ms: TOKEN_MS };
  const messages = [{ role: 'user', content: 'What is the capital of France, and why?' }];
  const { statusCode, body } = await request(url, {
    method: 'POST',
    dispatcher: agent,
    headers: { authorization: `Bearer ${bench.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, stream: true, max_tokens: output_tokens, messages, stand_in }),
  });
  let first_byte_ms = NaN;
  let text = '';
  for await (const bytes of body) {
    if (text === '') first_byte_ms = performance.now() - from;
    text += String(bytes);
  }
  const cost = /"cost":([\d.e-]+)/.exec(text)?.[1];
  if (statusCode !== 200 || !END.test(text) || cost === undefined) {
    throw new Error(`${statusCode}: ${text.slice(-500)}`);
  }
  return { first_byte_ms, took_ms: performance.now() - from, provider_cost: Number(cost) };
}

/** @throws Error when the books differ from what the provider reported */
async function verify(pool: pg.Pool, done: Stream[]): Promise<void> {
  const ofThem = `user_id <> '${USER_PREFIX}${FIRST}'`;
  const { rows } = await pool.query<Record<string, unknown>>(`
    SELECT (SELECT count(*)::int FROM usage_events WHERE ${ofThem}) AS events,
      (SELECT sum(provider_cost)::text FROM usage_events WHERE ${ofThem}) AS provider_cost,
      (SELECT sum(total_cost) FROM usage_events)
        + (SELECT sum(amount) FROM credit_transactions WHERE transaction_type = 'usage') = 0 AS is_booked,
      (SELECT count(*)::int FROM credit_transactions WHERE transaction_type = 'usage' AND ${ofThem}) AS lines,
      (SELECT count(*)::int FROM credit_holds WHERE lease_until IS NOT NULL) AS open_calls,
      (SELECT count(*)::int FROM credit_holds WHERE status = 'active') AS open_holds,
      (SELECT count(*)::int FROM user_credits WHERE held <> 0 OR debt <> 0) AS accounts_off`);
  const provider_cost = done.reduce((sum, stream) => sum + stream.provider_cost, 0).toFixed(10);
  const wanted = { events: streams, provider_cost, is_booked: true, lines: streams };
  const should = JSON.stringify({ ...wanted, open_calls: 0, open_holds: 0, accounts_off: 0 });
  const found = JSON.stringify(rows[0]);
  if (found !== should) throw new Error(`the books say ${found}, the provider says ${should}`);
  console.log(`books: ${found}`);
}

/** Resident memory of a process, now and at most so far, MB. NaN where there is no /proc. */
function memoryOf(pid: number): { now: number; most: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const of = (name: string): number => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
    return { now: of('VmRSS'), most: of('VmHWM') };
  } catch {
    return { now: NaN, most: NaN };
  }
}

function sorted(times: number[]): number[] {
  return times.toSorted((a, b) => a - b);
}

function at(times: number[], share: number): string {
  return (times[Math.floor((times.length - 1) * share)] ?? NaN).toFixed(0);
}
