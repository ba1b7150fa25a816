import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import { eventually } from '../../support/eventually.js';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

const DEAR = 'case/dear';
const ID = 'gen-written';
const line = (data: object): string => `data: ${JSON.stringify({ id: ID, ...data })}\n\n`;
const counts = (prompt_tokens: number, completion_tokens: number) => ({ usage: { prompt_tokens, completion_tokens } });
const word = (usage: object = {}, finish_reason: string | null = null): string =>
  line({ model: MODEL, choices: [{ index: 0, delta: { content: 'so' }, finish_reason }], ...usage });
const words = (n: number): string => Array.from({ length: n }, (_, i) => word(counts(20, i + 1))).join('');
const record = (prompt: number, completion: number, total_cost: number, more: object = {}) => ({
  id: ID,
  model: MODEL,
  total_cost,
  is_byok: false,
  finish_reason: 'stop',
  api_type: 'completions',
  native_tokens_prompt: prompt,
  native_tokens_completion: completion,
  ...more,
});
const RECORD = record(20, 100, 0.000063);

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start();
  await g.price(MODEL, 0.15, 0.6);
  await g.price(DEAR, 3, 15);
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

/** Streams a given provider answer and returns the charge, without using the provider's record. */
async function streamed(verbatim: string, how: Behaviour = {}, more: object = {}) {
  const user_id = await g.w.user('5');
  const text = await (await g.chat(user_id, { verbatim, ...how }, { stream: true, ...more })).text();
  return { user_id, text, charged: await chargedTo(user_id) };
}

async function chargedTo(user_id: string): Promise<unknown> {
  return (await g.events(user_id))[0]?.total_cost ?? null;
}

describe('a stream with interim usages', () => {
  it('is charged by its last usage if it ended normally', async () => {
    const { charged } = await streamed(`${words(99)}${word(counts(20, 100), 'stop')}data: [DONE]\n\n`);
    expect(charged).toBe('0.0000661500');
  });

  it("that is cut off is charged from the provider's record, not by the usage so far", async () => {
    const { user_id, charged, text } = await streamed(words(60), { cut_verbatim: true, record: RECORD });
    expect([charged, text.includes('provider_broke_off')]).toEqual([null, true]);
    await g.recover();
    expect(await chargedTo(user_id)).toBe('0.0000661500');
  });

  it.each([
    ['ends without a reason and without its mark', words(60), {}],
    [
      'told a usage at its beginning only, and is cut',
      `${word(counts(20, 1))}${word().repeat(59)}`,
      { cut_verbatim: true },
    ],
    ['is cut between its end and its usage', `${words(60)}${word({}, 'stop')}`, { cut_verbatim: true }],
  ])('and %s too', async (_name, verbatim, how) => {
    const { user_id, charged } = await streamed(verbatim, { ...how, record: RECORD });
    expect(charged).toBeNull();
    await g.recover();
    expect(await chargedTo(user_id)).toBe('0.0000661500');
  });

  it('is settled immediately by a usage with its end, even without the end marker', async () => {
    const { charged } = await streamed(`${words(99)}${word(counts(20, 100), 'stop')}`);
    expect(charged).toBe('0.0000661500');
  });

  it('with several answers ends when all of them have ended', async () => {
    const second = line({ choices: [{ index: 1, delta: {}, finish_reason: 'stop' }], ...counts(20, 100) });
    const first = `${words(50)}${word(counts(20, 51), 'stop')}`;
    expect((await streamed(`${first}${second}`, {}, { n: 2 })).charged).toBe('0.0000661500');
    const cut = await streamed(first, { cut_verbatim: true, record: RECORD }, { n: 2 });
    expect(cut.charged).toBeNull();
    await g.recover();
    expect(await chargedTo(cut.user_id)).toBe('0.0000661500');
  });

  it("whose client disconnected long before its end is charged from the provider's record", async () => {
    const user_id = await g.w.user('5');
    const client = new AbortController();
    const behaviour = { verbatim: words(161), stall_verbatim: true, record: record(20, 400, 0.000243) };
    const answer = await g.chat(user_id, behaviour, { stream: true }, client.signal);
    await answer.body!.getReader().read();
    client.abort();
    await eventually(() => g.openrouter.calls[0]!.ended === 'aborted');
    await eventually(async () => (await g.openCalls()).some(({ work_progress }) => work_progress !== null));
    expect(await chargedTo(user_id)).toBeNull();
    await g.recover();
    expect(await chargedTo(user_id)).toBe('0.0002551500');
  });

  it('is charged by its own usage if the record has less or there is none', async () => {
    const less = await streamed(words(60), { cut_verbatim: true, record: record(20, 10, 0.000009) });
    await g.recover();
    expect(await chargedTo(less.user_id)).toBe('0.0000409500');
    const lost = await streamed(words(60).replaceAll(ID, 'gen-unknown'), { cut_verbatim: true });
    await g.recover();
    expect(await chargedTo(lost.user_id)).toBeNull();
    await g.w.sql(`UPDATE credit_holds SET created_at = created_at - interval '25 hours'`);
    await g.recover();
    expect(await g.events(lost.user_id)).toMatchObject([{ total_cost: '0.0000409500', succeeded: false }]);
    const nameless = await streamed(words(60).replaceAll(`"id":"${ID}",`, ''), { cut_verbatim: true });
    expect(nameless.charged).toBe('0.0000409500');
  });
});

describe('the model that answered', () => {
  const end = (model: string): string => line({ model, choices: [], ...counts(1000, 1000) });
  const chunk = (model: string): string => line({ model, choices: [{ index: 0, delta: { content: 'so' } }] });
  const answeredBy = async (user_id: string): Promise<unknown> => (await g.events(user_id))[0]?.metadata;

  it.each([
    ['after one without a name', `${line({ id: '', model: '', choices: [] })}${chunk(DEAR)}${end(DEAR)}`],
    ['after the one that was asked for', `${chunk(MODEL)}${end(DEAR)}`],
    ['before a usage that names none', `${chunk(MODEL)}${chunk(DEAR)}${line({ choices: [], ...counts(1000, 1000) })}`],
    ['before a usage that names an empty one', `${chunk(DEAR)}${end('')}`],
  ])('is the last one named, %s', async (_name, events) => {
    const { user_id, charged } = await streamed(`${events}data: [DONE]\n\n`, {}, { models: [MODEL, DEAR] });
    expect(charged).toBe('0.0198000000');
    expect(await answeredBy(user_id)).toMatchObject({ answered_by: DEAR });
  });

  it('is the requested one if an unstreamed answer names an empty one', async () => {
    const user_id = await g.w.user('5');
    const choices = [{ index: 0, message: { content: 'so' }, finish_reason: 'stop' }];
    await g.chat(user_id, { verbatim: JSON.stringify({ id: ID, model: '', choices, ...counts(1000, 1000) }) });
    expect(await chargedTo(user_id)).toBe('0.0007875000');
    expect(await answeredBy(user_id)).not.toHaveProperty('answered_by');
  });
});
