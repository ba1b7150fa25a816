/**
 * `node bench/keys.ts [--calls 2000] [--rounds 5]`: what the check of an API key takes, one call at once, beside that of a
 * token; and what charges notice of ten thousand wrong keys. Prints tables.
 */
import http from 'node:http';
import { parseArgs } from 'node:util';
import { makeSecret } from '../src/keys/secrets/key-secret.ts';
import { USER_PREFIX } from './accounts.ts';
import { startBenchEnv } from './bench-env.ts';
import { type Job, LoadGenerator, type Report } from './load.ts';
import { startServer } from './processes.ts';

const DATABASE = 'keys';
const WRONG_KEYS = 10_000;
const WRONG_CONNECTIONS = 16;
const CHARGES_MS = 10_000;
const USER = `${USER_PREFIX}1`;

/** What a caller shows, and the status of the answer. */
interface Kind {
  name: string;
  secret: () => string;
  status: number;
}

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '2000' }, rounds: { type: 'string', default: '5' } },
});
const rounds = Number(values.rounds);
const agent = new http.Agent({ keepAlive: true, maxSockets: WRONG_CONNECTIONS });
const bench = await startBenchEnv();
const generator = new LoadGenerator();
try {
  await bench.clone(DATABASE);
  // a flood from many addresses is not limited; here it comes from one
  const env = { ...bench.env(DATABASE), RATE_LIMIT_PER_ADDRESS: '0', RATE_LIMIT_PER_USER: '0' };
  const { port, stop } = await startServer(['--enable-source-maps', 'dist/main.js'], env);
  const [known, revoked] = [await createKey(port), await createKey(port)];
  await call(port, 'DELETE', `api-keys/${revoked.id}`, bench.admin_token);
  const token = await bench.tokenOf(USER);
  const kinds: Kind[] = [
    { name: 'token', secret: () => token, status: 200 },
    { name: 'key, known', secret: () => known.key, status: 200 },
    { name: 'key, mistyped', secret: () => `${known.key.slice(0, -1)}!`, status: 401 },
    { name: 'key, revoked', secret: () => revoked.key, status: 401 },
    { name: 'key that does not exist, another one in each call', secret: () => makeSecret('tg_live_'), status: 401 },
  ];
  await compare(port, kinds);
  await flood(port);
  await stop();
} finally {
  agent.destroy();
  generator.stop();
  await bench.close();
}

/** Calls with each kind in turns, one at once. The first round warms up. */
async function compare(port: number, kinds: readonly Kind[]): Promise<void> {
  const times = new Map(kinds.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const kind of kinds) {
      const took = await callsOf(port, kind);
      if (round > 0) times.get(kind.name)?.push(...took);
    }
  }
  console.log('\n| one call at once: balance | status | p50 ms | p99 ms |\n| --- | ---: | ---: | ---: |');
  for (const { name, status } of kinds) {
    const sorted = (times.get(name) ?? []).toSorted((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(3);
    console.log(`| ${name} | ${status} | ${at(0.5)} | ${at(0.99)} |`);
  }
}

/** Returns how long the calls of a round took, milliseconds. */
async function callsOf(port: number, { name, secret, status }: Kind): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < Number(values.calls) / rounds; n += 1) {
    const began = performance.now();
    const answer = await call(port, 'GET', 'credits/balance', secret());
    if (answer.status !== status) throw new Error(`${name}: ${answer.status} ${answer.text}`);
    took.push(performance.now() - began);
  }
  return took;
}

/** Charges alone and beside wrong keys, in turns. */
async function flood(port: number): Promise<void> {
  const rows: Record<'alone' | 'beside', Report[]> = { alone: [], beside: [] };
  const wrong: number[] = [];
  await generator.run(jobOf(port, 'warm'));
  for (let round = 0; round < rounds; round += 1) {
    rows.alone.push(await generator.run(jobOf(port, `alone-${round}`)));
    const [report, seconds] = await Promise.all([generator.run(jobOf(port, `beside-${round}`)), tryWrongKeys(port)]);
    rows.beside.push(report);
    wrong.push(seconds);
  }
  const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
  console.log(
    `\n${WRONG_KEYS} wrong keys in ${median(wrong).toFixed(1)} s beside charges, ${WRONG_CONNECTIONS} at once\n`,
  );
  console.log('| charges, 8 at once | 1/s | p50 ms | p99 ms |\n| --- | ---: | ---: | ---: |');
  for (const [name, reports] of Object.entries(rows)) {
    const of = (field: 'per_s' | 'p50_ms' | 'p99_ms', digits: number): string =>
      median(reports.map((report) => report[field])).toFixed(digits);
    console.log(`| ${name} | ${of('per_s', 0)} | ${of('p50_ms', 2)} | ${of('p99_ms', 1)} |`);
  }
}

/** Returns how many seconds it took. */
async function tryWrongKeys(port: number): Promise<number> {
  const began = performance.now();
  let left = WRONG_KEYS;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await call(port, 'GET', 'credits/balance', makeSecret('tg_live_'));
    }
  };
  await Promise.all(Array.from({ length: WRONG_CONNECTIONS }, work));
  return (performance.now() - began) / 1000;
}

function jobOf(port: number, run: string): Job {
  return {
    port,
    path: '/api/v1/credits/deduct',
    workload: 'deduct',
    user_prefix: USER_PREFIX,
    users: 1_000,
    keyed: true,
    connections: 8,
    ramp_ms: 500,
    measure_ms: CHARGES_MS,
    requests_max: 1_000_000,
    token: bench.token,
    run,
  };
}

async function createKey(port: number): Promise<{ id: string; key: string }> {
  const body = { name: 'bench', user_id: USER, scopes: ['balance:read'] };
  const { status, text } = await call(port, 'POST', 'api-keys', bench.admin_token, body);
  if (status !== 201) throw new Error(text);
  return JSON.parse(text) as { id: string; key: string };
}

function call(port: number, method: string, path: string, token: string, body?: object) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
    const request = http.request({ port, host: '127.0.0.1', method, path: `/api/v1/${path}`, headers, agent });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.end(body && JSON.stringify(body));
  });
}
