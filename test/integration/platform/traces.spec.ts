import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Jobs } from '../../../src/jobs/jobs.js';
import { Database } from '../../../src/platform/database/database.js';
import { Tracing, within } from '../../../src/platform/tracing/tracing.js';
import { OtlpCollector, type ReceivedSpan } from '../../stand-ins/otlp-collector.js';
import { startApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const CALLER = `00-${TRACE_ID}-${SPAN_ID}-01`;
const NOT_KEPT = `00-${TRACE_ID}-${SPAN_ID}-00`;
const USER = 'ann@example.com';
const DEDUCT = 'POST /api/v1/credits/deduct';
const CHAT = 'POST /api/v1/chat/completions';

let collector: OtlpCollector;
let g: GatewayWorld;

beforeAll(async () => {
  collector = await OtlpCollector.start();
  g = await GatewayWorld.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20key',
    OTEL_SERVICE_NAME: 'billing',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
});
beforeEach(async () => {
  await g.w.t.app.get(Tracing).flush();
  collector.reset();
});
afterAll(async () => {
  await g.close();
  await collector.stop();
});

/** The spans of one name, when there are so many. */
async function spansOf(name: string, count = 1): Promise<ReceivedSpan[]> {
  return eventually(async () => {
    await g.w.t.app.get(Tracing).flush();
    const spans = collector.named(name);
    return spans.length === count && spans;
  });
}

async function spanOf(name: string): Promise<ReceivedSpan> {
  const [span] = await spansOf(name);
  return span!;
}

const deduct = (body: object, headers: Record<string, string> = {}) =>
  g.w.t.call('credits/deduct', { method: 'POST', token: g.w.admin, headers, body: { service: 'writer', ...body } });

describe('a collector', () => {
  it('that does not answer, or is not there, delays nothing, neither requests nor the end', async () => {
    const held = new Set<Socket>();
    const silent = createServer((socket) => held.add(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const serve = async (url: string): Promise<void> => {
      const t = await startApp({ env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url } });
      const token = await t.tokenFor('ann', 'user');
      const started_ms = performance.now();
      for (let i = 0; i < 20; i += 1) expect((await t.call('credits/balance', { token })).status).toBe(200);
      expect(performance.now() - started_ms).toBeLessThan(20_000); // had each waited, forty seconds and more
      const flushing_ms = performance.now();
      await t.app.get(Tracing).flush();
      expect(performance.now() - flushing_ms).toBeLessThan(4_500); // an export gives up after five
      await t.close();
    };
    await Promise.all([serve(`http://127.0.0.1:${port}`), serve('http://127.0.0.1:1')]);
    expect(held.size).toBeGreaterThan(0);
    for (const socket of held) socket.destroy();
    silent.close();
  });

  it('that refuses spans is named in the log once a minute, whose other lines name the spans', async () => {
    const lines: string[] = [];
    const t = await startApp({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, LOG_LEVEL: 'info' },
      log: { write: (line: string) => void lines.push(line) },
    });
    collector.status = 400;
    for (let i = 0; i < 3; i += 1) {
      await t.call('credits/balance');
      await t.app.get(Tracing).flush();
    }
    await t.close();
    collector.status = 200;
    expect(collector.requests.length).toBeGreaterThanOrEqual(3);
    expect(lines.filter((line) => line.includes(`${collector.url} does not accept traces`))).toHaveLength(1);
    const requests = lines.filter((line) => line.includes('"msg":"request"'));
    expect(requests).toHaveLength(3);
    for (const line of requests) expect(line).toMatch(/"trace_id":"[0-9a-f]{32}","span_id":"[0-9a-f]{16}"/);
  });
});

describe('a request', () => {
  it('is a span of the caller, and the charge that it makes a part of it, down to the batch', async () => {
    const answer = await deduct({ user_id: USER, amount: '1' }, { traceparent: CALLER, tracestate: 'vendor=1' });
    expect(answer.status).toBe(200);
    const request = await spanOf(DEDUCT);
    expect(request).toMatchObject({ trace_id: TRACE_ID, parent_span_id: SPAN_ID, kind: 2, status: 0 });
    expect(request.trace_state).toBe('vendor=1');
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/v1/credits/deduct',
      'http.response.status_code': 200,
      'url.scheme': 'http',
    });
    expect(request.resource).toMatchObject({ 'service.name': 'billing', 'deployment.environment.name': 'test' });
    expect(collector.requests.at(-1)).toMatchObject({ path: '/v1/traces', headers: { 'x-key': 'a key' } });

    const posting = await spanOf('post deduct');
    expect(posting).toMatchObject({ trace_id: TRACE_ID, parent_span_id: request.span_id, kind: 1 });
    const [batch] = collector.spans.filter(({ parent_span_id }) => parent_span_id === posting.span_id);
    expect(batch).toMatchObject({ trace_id: TRACE_ID, attributes: { 'tollgate.batch.size': 1 } });
  });

  it('without a trace of its caller begins one', async () => {
    await deduct({ user_id: USER, amount: '1' });
    const request = await spanOf(DEDUCT);
    expect(request.parent_span_id).toBe('');
    expect(request.trace_id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('of a trace that is not kept is not kept', async () => {
    await deduct({ user_id: USER, amount: '1' }, { traceparent: NOT_KEPT });
    await deduct({ user_id: USER, amount: '1' });
    await spanOf(DEDUCT);
    expect(collector.spans.filter(({ trace_id }) => trace_id === TRACE_ID)).toEqual([]);
  });

  it('that is refused says so by its code, and is no error; a fault is one', async () => {
    await deduct({ user_id: USER, amount: '1000000' });
    const [refused, posting] = [await spanOf(DEDUCT), await spanOf('post deduct')];
    expect(refused.attributes).toMatchObject({ 'http.response.status_code': 402 });
    expect(refused.attributes['tollgate.problem_code']).toBe('insufficient_credits');
    expect(refused.status).toBe(0);
    expect(posting.attributes['tollgate.refusal']).toBe('insufficient_credits');
    const lock = await spanOf('post under lock');
    expect(lock).toMatchObject({ parent_span_id: posting.span_id, trace_id: refused.trace_id });

    await g.w.t.call('integrations/stripe/webhook', { method: 'POST', body: {} });
    const fault = await spanOf('POST /api/v1/integrations/stripe/webhook');
    expect(fault).toMatchObject({ status: 2, attributes: { 'error.type': 'payments_not_configured' } });
  });

  it('of a probe is no span, and one that leads nowhere is named by its method alone', async () => {
    await g.w.t.call('/health/live');
    await g.w.t.call(`/nowhere/${USER}`);
    const span = await spanOf('GET');
    expect(span.attributes['http.route']).toBeUndefined();
    expect(collector.spans).toHaveLength(1);
  });
});

describe('a batch', () => {
  it('of several requests is a part of one and linked with the others', async () => {
    await Promise.all(['ann', 'ben', 'eve'].map((user_id) => g.w.done('credits/give', { user_id }).catch(() => null)));
    collector.reset();
    await Promise.all(['ann', 'ben', 'eve', 'joe'].map((user_id) => deduct({ user_id, amount: '0.1' })));
    await Promise.all(['ann', 'ben', 'eve', 'joe'].map((user_id) => deduct({ user_id, amount: '0.1' })));
    const postings = await spansOf('post deduct', 8);
    const batches = collector.named('post batch');
    const several = batches.find(({ links }) => links.length > 0)!;
    const ids = [several.parent_span_id, ...several.links];
    expect(several.attributes['tollgate.batch.size']).toBe(ids.length);
    expect(postings.filter(({ span_id }) => ids.includes(span_id))).toHaveLength(ids.length);
    const linked = postings.find(({ span_id }) => span_id === several.links[0])!;
    expect(linked.links).toEqual([several.span_id]);
  });
});

describe('a call of the gateway', () => {
  it('that is streamed is a span with its model, its tokens, its end and its cost', async () => {
    const response = await g.chat(USER, {}, { stream: true });
    const text = await response.text();
    const call = await spanOf(`chat ${MODEL}`);
    const request = await spanOf(CHAT);
    expect(call).toMatchObject({ kind: 3, trace_id: request.trace_id, parent_span_id: request.span_id, status: 0 });
    const [event] = await g.events(USER);
    expect(call.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openrouter',
      'gen_ai.request.model': MODEL,
      'gen_ai.request.stream': true,
      'gen_ai.request.max_tokens': 100,
      'gen_ai.response.model': MODEL,
      'gen_ai.response.id': (event!.metadata as { generation_id: string }).generation_id,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': event!.input_tokens,
      'gen_ai.usage.output_tokens': event!.output_tokens,
      'http.response.status_code': 200,
      'tollgate.cost': Number(event!.total_cost),
    });
    expect(text).toContain(`: cost ${String(event!.total_cost)}`);
    expect(collector.named('post hold')).toMatchObject([{ parent_span_id: request.span_id }]);
    expect(collector.named('post capture')).toMatchObject([{ trace_id: request.trace_id }]);
    const sent = g.openrouter.calls.findLast(({ path }) => path.endsWith('/chat/completions'))!;
    expect(sent.headers.traceparent).toBe(`00-${call.trace_id}-${call.span_id}-01`);
  });

  it('that the provider refuses has failed', async () => {
    const response = await g.chat(USER, { status: 429 });
    expect(response.status).toBe(429);
    expect(await spanOf(`chat ${MODEL}`)).toMatchObject({
      status: 2,
      attributes: { 'error.type': '429', 'http.response.status_code': 429 },
    });
  });
});

describe('a message of another service', () => {
  it('is a span with what became of it', async () => {
    await g.w.t.call('integrations/litellm/callback', { method: 'POST', token: g.w.admin, body: [{}, {}] });
    const request = await spanOf('POST /api/v1/integrations/litellm/callback');
    expect(await spanOf('webhook litellm')).toMatchObject({
      parent_span_id: request.span_id,
      attributes: { 'tollgate.webhook.messages': 2, 'tollgate.webhook.outcomes': ['rejected'] },
    });
  });
});

describe('a run of a job', () => {
  it('is a trace of its own', async () => {
    const jobs = g.w.t.app.get(Jobs);
    jobs.define({ name: 'traced', run: () => Promise.resolve() });
    jobs.start();
    const db = g.w.t.app.get(Database);
    const ask = (): Promise<void> => db.transaction((tx) => jobs.enqueue(tx, 'traced', {}));
    // the queue is there as soon as the worker is
    await eventually(() =>
      within(g.w.t.app.get(Tracing).start('a request'), ask).then(
        () => true,
        () => false,
      ),
    );
    const run = await spanOf('job traced');
    await jobs.stop();
    expect(run).toMatchObject({ parent_span_id: '', attributes: { 'tollgate.job.name': 'traced' } });
  });
});

describe('what leaves the service', () => {
  it('names no user, no key and nothing that was asked', async () => {
    await g.w.t.call(`credits/balance/${USER}`, { token: g.w.admin });
    await g.w.t.app.get(Tracing).flush();
    const all = Buffer.concat(collector.messages).toString('latin1');
    expect(all).toContain('http.route');
    expect(all).not.toMatch(/ann|ben@|example\.com|Hi there|sk-or|eyJ/);
  });
});
