import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { startApp, type TestApp } from '../../support/app.js';
import { samplesOf } from '../../support/metrics.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { FixtureModule } from '../../support/fixture-routes.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

let t: TestApp;
let openrouter: OpenRouterStandIn;
const lines: Record<string, unknown>[] = [];
const linesOf = (msg: string) => lines.filter((line) => line.msg === msg);
/** On a busy machine, statements of the start and of jobs are slow, too. */
const slowOnes = () =>
  linesOf('a statement was slow').filter(({ statement }) => /pg_sleep|a_slow_one|a_quick_one/.test(String(statement)));

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  t = await startApp({
    modules: [FixtureModule],
    log: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    env: {
      LOG_LEVEL: 'info',
      SLOW_STATEMENT_MS: '300',
      OPENROUTER_BASE_URL: openrouter.base_url,
      OPENROUTER_API_KEY: 'sk-or-v1-key-of-the-platform',
    },
  });
});
afterAll(async () => {
  await t.close();
  await openrouter.stop();
});

describe('a slow statement', () => {
  it('is logged by its name, with how long it took and without its values', async () => {
    const db = t.app.get(Database);
    await db.statement('a_slow_one', 'SELECT pg_sleep($1), $2::text', [0.35, 'a secret value']);
    await db.statement('a_quick_one', 'SELECT $1::text', ['a secret value']);
    expect(slowOnes()).toMatchObject([{ level: 'warn', context: 'database', statement: 'a_slow_one' }]);
    expect(slowOnes()[0]!.ms).toBeGreaterThanOrEqual(349);
    expect(JSON.stringify(lines)).not.toContain('a secret value');
  });

  it('is logged by the beginning of its text where it has no name: in transactions, in reports, and when it fails', async () => {
    lines.length = 0;
    const db = t.app.get(Database);
    const secret = 'a secret value';
    await db.transaction((tx) => tx.$queryRaw`SELECT   pg_sleep(0.35)::text, ${secret}::text`);
    await db.reads.query('ann', 'SELECT pg_sleep(0.35), $1::text AS report', [secret]);
    await expect(
      db.pool.query('SELECT 1 / (length($1::text) - 14 + length(pg_sleep(0.35)::text))', [secret]),
    ).rejects.toThrow('division by zero');
    expect(slowOnes().map(({ statement }) => statement)).toEqual([
      'SELECT pg_sleep(0.35)::text, $1::text',
      'SELECT pg_sleep(0.35), $1::text AS report',
      'SELECT 1 / (length($1::text) - 14 + length(pg_sleep(0.35)::text))',
    ]);
    expect(JSON.stringify(slowOnes())).not.toContain(secret);
    const samples = samplesOf(await t.app.get(Metrics).text());
    expect(samples.find(({ name }) => name === 'tollgate_db_slow_statements_total')!.value).toBeGreaterThanOrEqual(4);
  });
});

describe('a trace of the caller', () => {
  it('stands in every line of its request and goes on to the provider', async () => {
    lines.length = 0;
    const answer = await t.call('chat/completions', {
      method: 'POST',
      token: await t.tokenFor('ann', 'user'),
      headers: { traceparent: TRACEPARENT, tracestate: 'vendor=1' },
      body: { model: 'openai/gpt-4o-mini', max_tokens: 5, messages: [{ role: 'user', content: 'hello' }] },
    });
    expect(linesOf('request')).toMatchObject([
      { route: '/api/v1/chat/completions', status: answer.status, trace_id: TRACE_ID, span_id: SPAN_ID },
    ]);
    expect(answer.status).toBe(200);
    const call = openrouter.calls.find(({ path }) => path.endsWith('/chat/completions'))!;
    expect(call.headers).toMatchObject({ traceparent: TRACEPARENT, tracestate: 'vendor=1' });
  });

  it('is not read from what is no traceparent', async () => {
    lines.length = 0;
    const not = ['', 'x', TRACEPARENT.toUpperCase(), `00-${'0'.repeat(32)}-${SPAN_ID}-01`, `ff${TRACEPARENT.slice(2)}`];
    for (const traceparent of not) await t.call('fixture/maybe', { headers: { traceparent } });
    expect(linesOf('request')).toHaveLength(not.length);
    for (const line of linesOf('request')) expect(line).not.toHaveProperty('trace_id');
  });
});
