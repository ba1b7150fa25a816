import { describe, expect, it } from '@jest/globals';
import { bytesWithCost, withCost } from './usage-cost.js';

describe('the cost that an answer tells', () => {
  it('becomes another one, and nothing else changes', () => {
    const answer = (cost: string): string =>
      `{ "id":"x","n":12345678901234567890,"content":"say \\"usage\\": {\\"cost\\": 7}", "usage" : {"prompt_tokens":9, "cost": ${cost}, "is_byok":false}}`;
    expect(withCost(answer('2.55e-6'), '0.0000026775')).toBe(answer('0.0000026775'));
    expect(withCost(answer('2.55e-6'), null)).toBe(answer('null'));
  });

  it('does not tell what the provider took beside it', () => {
    const usage =
      '{"usage":{"cost":0.1,"cost_details":{"upstream_inference_cost":0.2,"upstream_inference_prompt_cost":null}}}';
    expect(withCost(usage, '0.3')).toBe(
      '{"usage":{"cost":0.3,"cost_details":{"upstream_inference_cost":null,"upstream_inference_prompt_cost":null}}}',
    );
  });

  it('is that of the last usage, and none where there is none', () => {
    expect(withCost('{"usage":{"cost":1}}\n{"usage":{"cost":2}}', '3')).toBe(
      '{"usage":{"cost":1}}\n{"usage":{"cost":3}}',
    );
    expect(withCost('{"usage":null}', '3')).toBe('{"usage":null}');
  });

  it('leaves bytes that are no text alone', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"x":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('","usage":{"cost":1}}'),
    ]);
    expect(bytesWithCost(bytes, '2').subarray(6, 8)).toEqual(Buffer.from([0xff, 0xfe]));
  });
});
