import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

/** A request with every kind of member, in unusual formatting. */
const ASKED = `  {"model" : "${MODEL}", "max_tokens":50,
  "seed": 12345678901234567890, "temperature": 1.0, "top_p":1e-1, "logit_bias": {"50256": -100},
  "messages": [ {"role":"user","content":[
    {"type":"text","text":"What is \\u00e4 \\ud83d \u{1F600}?"},
    {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"high"}},
    {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}} ] } ],
  "tools": [{"type":"function","function":{"name":"weather","strict":true,"parameters":{"type":"object","properties":{}}}}],
  "tool_choice":"auto", "parallel_tool_calls": true, "n": 2, "logprobs": true, "top_logprobs": 5,
  "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","minimum":9007199254740993}}},
  "provider":{"order":["a","b"]}, "unknown_field": {"kept":[1.10, 0.0, -0, 1E5]}, "usage":{"include":true}, "stream": STREAM }
`;
const USAGE = '"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"cost":0.00001}';
/** Two answers with parallel tool calls and log probabilities, in unusual formatting. */
const WHOLE = `{"id":"gen-1", "model":"${MODEL}", "created": 1.0e9, "system_fingerprint":null, "big":12345678901234567890,
 "choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"a"},{"id":"b"}]},
 "logprobs":{"content":[{"token":"\\u00fc","logprob":-0.10,"bytes":[195,188]}]}}, {"index":1}], "data":[], ${USAGE} }\n`;
const CHUNKS = [
  ': OPENROUTER PROCESSING',
  `data: {"id":"gen-1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{\\"x"}}]}}]}`,
  `data: {"id":"gen-1","choices":[{"index":1,"delta":{"tool_calls":[{"index":1,"id":"b"},{"index":0}]},"logprobs":{"content":[]}}]}`,
  `event: message\nid: 7\ndata: {"id":"gen-1", "big":12345678901234567890, "choices":[{"index":0,"delta":{"content":"\u{1F600}"}}]}`,
  `data:{"id":"gen-1","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}`,
  `data: {"id":"gen-1","choices":[], ${USAGE}}`,
].map((chunk) => `${chunk}\n\n`);

let g: GatewayWorld;
let user_id: string;

beforeAll(async () => {
  g = await GatewayWorld.start();
  user_id = await g.w.user('50');
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

describe('forwarded text', () => {
  it('is identical, byte for byte, in both directions', async () => {
    g.openrouter.behaviour = { verbatim: WHOLE };
    const asked = ASKED.replace('STREAM', 'false');
    const answer = await g.send(user_id, asked);
    expect([answer.status, g.openrouter.calls[0]!.text]).toEqual([200, asked]);
    expect(await answer.text()).toBe(WHOLE);
  });

  it('is identical in a stream, except for the comment before its end', async () => {
    g.openrouter.behaviour = { verbatim: [...CHUNKS, 'data: [DONE]\n\n'].join('') };
    const asked = ASKED.replace('STREAM', 'true');
    const answer = await g.send(user_id, asked);
    expect(g.openrouter.calls[0]!.text).toBe(asked);
    const [before, after] = (await answer.text()).split(/: cost \S+ balance \S+\n\n/);
    expect([before, after]).toEqual([CHUNKS.join(''), 'data: [DONE]\n\n']);
  });

  it('is identical on the other routes', async () => {
    for (const path of ['/v1/completions', '/v1/embeddings']) {
      g.openrouter.behaviour = { verbatim: WHOLE };
      const asked = `{ "model":"stand-in/embedding","input":[[1,2],[3]],"prompt": "x", "seed":98765432109876543210 }`;
      expect(await (await g.send(user_id, asked, { path })).text()).toBe(WHOLE);
      expect(g.openrouter.calls.at(-1)!.text).toBe(asked);
    }
  });

  it('only changes by an added output limit', async () => {
    const poor = await g.w.user('0.5');
    const text = `{"model":"stand-in/dear","seed":12345678901234567890,"max_tokens":null,"messages":[]}`;
    expect((await g.send(poor, text)).status).toBe(200);
    const { text: sent, body } = g.openrouter.calls[0]!;
    expect(body!.max_tokens).toBeGreaterThan(2_000);
    expect(sent).toBe(`${text.slice(0, -1)},"max_tokens":${String(body!.max_tokens)}}`);
  });

  it('does not reveal the caller', async () => {
    await g.chat(user_id);
    const { headers, text } = g.openrouter.calls[0]!;
    const { authorization, ...rest } = headers;
    expect(authorization).toMatch(/^Bearer sk-or-v1-platform/);
    expect(JSON.stringify(rest) + text).not.toContain(user_id);
  });
});
