import { describe, expect, it } from '@jest/globals';
import { AnswerFacts } from './answer-facts.js';

const chunk = (finish_reason: string | null = null, more: object = {}) => ({
  choices: [{ index: 0, delta: { content: 'so' }, finish_reason, ...more }],
});
const counted = (prompt_tokens: number, completion_tokens: number) => ({ usage: { prompt_tokens, completion_tokens } });
const started = (usage: object) => ({ type: 'message_start', message: { id: 'm', model: 'a/b', usage } });
const ended = (usage: object) => ({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage });

describe('the usage of a call', () => {
  it.each<[string, object[]]>([
    [
      'is the last one reported',
      [
        { ...chunk(), ...counted(1000, 7) },
        { ...chunk('stop'), ...counted(1000, 100) },
      ],
    ],
    ['stays when another one counts nothing', [{ ...chunk('stop'), ...counted(1000, 100) }, counted(0, 0)]],
    ['stays when the next one is null', [{ ...chunk('stop'), ...counted(1000, 100) }, { usage: null }]],
    ["can be reported in Groq's format", [chunk(), { ...chunk('stop'), x_groq: counted(1000, 100) }]],
    ['can be reported within a choice', [chunk(), chunk('stop', counted(1000, 100))]],
    [
      'comes from Anthropic in two parts',
      [started({ input_tokens: 1000, output_tokens: 1 }), ended({ output_tokens: 100 })],
    ],
    [
      'keeps a part when a later one is null',
      [started({ input_tokens: 1000, output_tokens: 1 }), ended({ input_tokens: null, output_tokens: 100 })],
    ],
    [
      'can come from Anthropic only at the end',
      [started({ input_tokens: 0, output_tokens: 0 }), ended({ input_tokens: 1000, output_tokens: 100 })],
    ],
  ])('%s', (_name, events) => {
    const facts = new AnswerFacts();
    for (const event of events) facts.read(event);
    expect(facts).toMatchObject({
      is_whole_usage: true,
      usage: { tokens: { input_tokens: 1000, output_tokens: 100 } },
    });
  });

  it('is not whole if only an interim usage counts and the final one is empty', () => {
    const facts = new AnswerFacts();
    for (const event of [
      { ...chunk(), ...counted(1000, 7) },
      { ...chunk('stop'), ...counted(0, 0) },
    ])
      facts.read(event);
    expect(facts).toMatchObject({ is_whole_usage: false, usage: { tokens: { output_tokens: 7 } } });
  });
});
