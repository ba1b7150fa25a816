import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StreamReader } from './stream-reader.js';

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const CHUNK = { id: 'gen-1', model: 'a/b', choices: [{ delta: { content: 'ü "usage" 😀' } }] };
const USAGE = { ...CHUNK, choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, cost: 0.5 } };
const BEFORE = `: keep-alive\n\n${event(CHUNK)}${event({ ...CHUNK, usage: null })}${event(USAGE)}`;
const WHOLE = `${BEFORE}data: [DONE]\n\n`;

function readIn(pieces: readonly Buffer[]): { reader: StreamReader; passed: string } {
  const reader = new StreamReader();
  let passed = '';
  for (const piece of pieces) if (!reader.is_done) passed += reader.push(piece);
  return { reader, passed: passed + reader.end() };
}

describe('the stream reader', () => {
  it('passes on the same text up to the end marker, however the stream is split', () => {
    const bytes = Buffer.from(WHOLE);
    const cuts = fc.array(fc.nat(bytes.length), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, (at) => {
        const ends = [...at, bytes.length].toSorted((a, b) => a - b);
        const { reader, passed } = readIn(ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end)));
        expect(passed).toBe(BEFORE);
        expect(reader.is_done).toBe(true);
        expect(reader.facts).toMatchObject({ generation_id: 'gen-1', model: 'a/b', error: null, is_whole_usage: true });
        expect(reader.facts.usage).toMatchObject({
          tokens: { input_tokens: 3, output_tokens: 2 },
          provider_cost: 5_000_000_000n,
        });
      }),
    );
  });

  it('accepts a stream that ends in the middle of a line or with the end marker alone', () => {
    expect(readIn([Buffer.from('data: {"id":"x"}\n\ndata: {"cho')]).passed).toBe('data: {"id":"x"}\n\ndata: {"cho\n');
    expect(readIn([Buffer.from('data: [DONE]')])).toMatchObject({ passed: '', reader: { is_done: true } });
  });

  it('recognises an error of the provider', () => {
    const { reader } = readIn([Buffer.from(event({ ...CHUNK, error: { code: 502, message: 'gone' } }))]);
    expect(reader).toMatchObject({ is_done: false, facts: { error: { code: 502 }, usage: null } });
  });

  it('passes on lines that it does not understand', () => {
    const text = 'data: {broken "usage"\n\nevent: x\ndata: null\n\n';
    expect(readIn([Buffer.from(text)]).passed).toBe(text);
  });
});
