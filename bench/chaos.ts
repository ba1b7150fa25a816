/**
 * `node bench/chaos.ts [--seed 1] [--seconds 60] [--kills 20] [--restarts 3] [--clients 24]`: three instances of the built
 * service on one PostgreSQL serve a mix of charges, holds, tracked work, batches and coupons, while instances are killed
 * (SIGKILL) and started again, and PostgreSQL is restarted without a shut-down. A call that is not answered is repeated
 * with its key until it is, by whichever instance. Afterwards every answer is compared with the books, and every accepted
 * call is repeated once more. Fails on any difference.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { verifiedBy } from './accounts.ts';
import { Incidents } from './incidents.ts';
import { type Answer, Client, Line, type Order, type Exchange } from './mix.ts';
import { Comparison, isAccepted } from './mix-check.ts';
import { startBenchEnv } from './bench-env.ts';

const DATABASE = 'chaos';
const COUPON = 'CHAOS-60';
const COUPON_USES = 60;
const REPEAT_MIN_MS = 20;
const REPEAT_MAX_MS = 500;
/** How long a call is repeated before it counts as left open. */
const OPEN_MAX_MS = 180_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
    kills: { type: 'string', default: '20' },
    restarts: { type: 'string', default: '3' },
    clients: { type: 'string', default: '24' },
  },
});
const [seed, seconds, clients] = [Number(values.seed), Number(values.seconds), Number(values.clients)];
/** A call that nobody answered. */
class StillOpen extends Error {}

const exchanges: Exchange[] = [];
const unanswered = new Map<string, number>();
let open = 0;

const bench = await startBenchEnv();
const line = new Line(bench.admin_token);
try {
  await bench.clone(DATABASE);
  const pool = bench.pool(DATABASE);
  await pool.query(
    `INSERT INTO coupon_codes (code, coupon_type, value, max_uses, created_by) VALUES ($1, 'credit_bonus', 2, $2, 'bench')`,
    [COUPON, COUPON_USES],
  );
  const env = { ...bench.env(DATABASE), LOG_LEVEL: 'fatal', PRICE_SYNC: 'off' };
  const incidents = await Incidents.begin(env, bench.crash, seed);
  const from = performance.now();
  const living = { isOver: false };
  const lives = Array.from({ length: clients }, (_, n) => live(n, incidents, living));
  await incidents.run(Number(values.kills), Number(values.restarts), seconds);
  await pause(Math.max(0, seconds * 1_000 - (performance.now() - from)));
  living.isOver = true;
  await Promise.all(lives);
  const took_s = (performance.now() - from) / 1_000;
  const comparison = new Comparison(exchanges);
  await repeatAll(incidents, comparison);
  const found = await incidents.end();
  await comparison.run(pool);
  const coupon = await couponFaults();
  const commands = ['ledger verify', 'usage verify', 'doctor'].map((command) => verifiedBy(command, env));
  print(comparison, took_s, found, [...coupon, ...commands.flatMap((fault) => fault ?? [])]);
} finally {
  await line.close();
  await bench.close();
}

/** One client, until all is over and its last call is answered. */
async function live(n: number, incidents: Incidents, living: { isOver: boolean }): Promise<void> {
  const client = new Client(seed * 1_000 + n, `c${n}`, COUPON, async (order) => {
    const answer = await answered(order, incidents);
    exchanges.push({ order, answer });
    return answer;
  });
  while (!living.isOver) {
    await client.act().catch((error: unknown) => {
      if (!(error instanceof StillOpen)) throw error;
      open += 1;
    });
  }
}

/** Sends an order again and again until somebody answers it. */
async function answered(order: Order, incidents: Incidents): Promise<Answer> {
  const deadline = performance.now() + OPEN_MAX_MS;
  for (let wait_ms = REPEAT_MIN_MS; ; wait_ms = Math.min(2 * wait_ms, REPEAT_MAX_MS)) {
    try {
      const answer = await line.ask(incidents.anyPort(), order);
      incidents.noteAnswer();
      return answer;
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      const cause = code ?? message;
      unanswered.set(cause, (unanswered.get(cause) ?? 0) + 1);
      if (performance.now() > deadline) throw new StillOpen(order.key);
      await pause(wait_ms);
    }
  }
}

/** Repeats every accepted call; what was refused might be accepted by now. */
async function repeatAll(incidents: Incidents, comparison: Comparison): Promise<void> {
  const left = exchanges.filter((one) => isAccepted(one) && one.order.kind !== 'balance');
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let one = left.pop(); one; one = left.pop()) {
        comparison.expectSame(one, await answered(one.order, incidents));
      }
    }),
  );
}

/** What is wrong with the one number that all redemptions share. */
async function couponFaults(): Promise<string[]> {
  const { rows } = await bench.pool(DATABASE).query<{ used_count: number; redemptions: number; lines: number }>(
    `SELECT used_count, (SELECT count(*)::int FROM coupon_redemptions) AS redemptions,
       (SELECT count(*)::int FROM credit_transactions WHERE metadata->>'code' = code) AS lines FROM coupon_codes`,
  );
  const asked = exchanges.filter(({ order }) => order.kind === 'redeem').length;
  const uses = Math.min(asked, COUPON_USES);
  const wanted = JSON.stringify({ used_count: uses, redemptions: uses, lines: uses });
  const found = JSON.stringify(rows[0]);
  console.log(`coupon for ${COUPON_USES} uses, asked for ${asked} times: ${found}`);
  return found === wanted ? [] : [`the coupon says ${found} instead of ${wanted}`];
}

function print(comparison: Comparison, took_s: number, found: string[], more: string[]): void {
  const repeated = [...unanswered].toSorted(([, a], [, b]) => b - a).map(([cause, count]) => `${count} ${cause}`);
  console.log(
    `${exchanges.length} calls by ${clients} clients in ${took_s.toFixed(0)} s, seed ${seed}; open at the end: ${open}`,
  );
  console.log(`sent again, for want of an answer: ${repeated.join(', ') || 'none'}`);
  for (const fact of found) console.log(fact);
  console.log(
    '\n| posting | accepted | refused | lost | doubled | wrong |\n| --- | ---: | ---: | ---: | ---: | ---: |',
  );
  for (const { what, accepted, refused, lost, doubled, wrong } of comparison.rows.values()) {
    console.log(`| ${what} | ${accepted} | ${refused} | ${lost} | ${doubled} | ${wrong} |`);
  }
  for (const example of comparison.examples) console.log(example);
  for (const fault of more) console.log(fault);
  if (comparison.faults + open + more.length > 0) process.exitCode = 1;
  else console.log('\nnothing lost, doubled or wrong; ledger verify, usage verify and doctor agree');
}
