import { describe, expect, it } from '@jest/globals';
import { answerWithCost, bytesWithCost, eventsWithCost } from './usage-cost.js';

const costs = (cost: string | null, tells_upstream = false) => ({ cost, tells_upstream });

describe('the cost shown in an answer', () => {
  it('is replaced, and nothing else changes', () => {
    const answer = (cost: string): string =>
      `{ "id":"x","n":12345678901234567890,"content":"say \\"usage\\": {\\"cost\\": 7}", "usage" : {"prompt_tokens":9, "cost": ${cost}, "is_byok":false}}`;
    expect(answerWithCost(answer('2.55e-6'), costs('0.0000026775'))).toBe(answer('0.0000026775'));
    expect(answerWithCost(answer('2.55e-6'), costs(null))).toBe(answer('null'));
    for (const other of ['"0.1"', 'null', '{"input_tokens_cost":0.1,"total_cost":0.1}'])
      expect(answerWithCost(answer(other), costs('3'))).toBe(answer('3'));
  });

  it("hides the provider's cost details, except from users who pay the provider", () => {
    const usage = (upstream: string, cost: string): string =>
      `{"usage":{"cost":${cost},"cost_details":{"upstream_inference_cost":${upstream}},"cost_in_usd_ticks":${upstream}}}`;
    expect(answerWithCost(usage('0.2', '0.1'), costs('0.3'))).toBe(usage('null', '0.3'));
    expect(answerWithCost(usage('0.2', '0.1'), costs('0.3', true))).toBe(usage('0.2', '0.3'));
  });

  it.each([
    ['a response', '{"response":{"output":[],"usage":{"cost":1}}}'],
    ['a message', '{"type":"message_start","message":{"usage":{"cost":1}}}'],
    ['a choice', '{"choices":[{"index":0,"usage":{"cost":1}}]}'],
  ])('is replaced within %s', (_name, text) => {
    expect(answerWithCost(text, costs('2'))).toBe(text.replace('1', '2'));
  });

  it.each([
    '{"content":[{"type":"tool_use","input":{"usage":{"cost":1},"cost":1}}]}',
    '{"input":{"usage":{"cost":1}}}',
    '{"choices":[{"message":{"content":"{\\"usage\\":{\\"cost\\":1}}\\\\"}}],"cost":1}',
    '{"usage":null}',
    '{"usage":{"prompt_tokens":1}}',
    'no JSON: {"usage":',
  ])('is not replaced in generated text: %s', (text) => {
    expect(answerWithCost(text, costs('2'))).toBe(text);
  });

  it('is replaced without changing bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"x":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('","usage":{"cost":1}}'),
    ]);
    expect(bytesWithCost(bytes, costs('2')).subarray(6, 8)).toEqual(Buffer.from([0xff, 0xfe]));
  });
});

describe('the cost shown in a stream', () => {
  const events = (...costs: string[]): string =>
    costs.map((cost) => `data: {"id":"x","usage":{"cost":${cost}}}\n\n: comment "usage"\n\n`).join('');

  it('appears in the last usage; earlier ones show none', () => {
    expect(eventsWithCost(events('1', '2', '3'), costs('9'))).toBe(events('null', 'null', '9'));
    expect(eventsWithCost(events('1', '2'), costs(null))).toBe(events('null', 'null'));
  });

  it('stays the same when the replacement is applied twice', () => {
    const once = eventsWithCost(events('1', '2'), costs(null)) + eventsWithCost(events('3'), costs('9'));
    expect(eventsWithCost(eventsWithCost(events('1', '2'), costs(null)) + events('3'), costs('9'))).toBe(once);
  });
});
