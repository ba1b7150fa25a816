import { describe, expect, it } from '@jest/globals';
import { AnswerFacts } from './answer-facts.js';

const said = (finish_reason: string | null = null, more: object = {}) => ({
  choices: [{ index: 0, delta: { content: 'so' }, finish_reason, ...more }],
});
const counted = (prompt_tokens: number, completion_tokens: number) => ({ usage: { prompt_tokens, completion_tokens } });
const started = (usage: object) => ({ type: 'message_start', message: { id: 'm', model: 'a/b', usage } });
const ended = (usage: object) => ({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage });

describe('the usage of a call', () => {
  it.each<[string, object[]]>([
    [
      'is the last one that is told',
      [
        { ...said(), ...counted(1000, 7) },
        { ...said('stop'), ...counted(1000, 100) },
      ],
    ],
    ['stays when another one counts nothing', [{ ...said('stop'), ...counted(1000, 100) }, counted(0, 0)]],
    ['stays when the next one is null', [{ ...said('stop'), ...counted(1000, 100) }, { usage: null }]],
    ['may be told as Groq does', [said(), { ...said('stop'), x_groq: counted(1000, 100) }]],
    ['may be told within a choice', [said(), said('stop', counted(1000, 100))]],
    [
      'is told by Anthropic in two parts',
      [started({ input_tokens: 1000, output_tokens: 1 }), ended({ output_tokens: 100 })],
    ],
    [
      'loses no part to one that is null',
      [started({ input_tokens: 1000, output_tokens: 1 }), ended({ input_tokens: null, output_tokens: 100 })],
    ],
    [
      'may be told by Anthropic at the end alone',
      [started({ input_tokens: 0, output_tokens: 0 }), ended({ input_tokens: 1000, output_tokens: 100 })],
    ],
  ])('%s', (_name, events) => {
    const facts = new AnswerFacts();
    for (const event of events) facts.learn(event);
    expect(facts).toMatchObject({
      is_whole_usage: true,
      usage: { tokens: { input_tokens: 1000, output_tokens: 100 } },
    });
  });

  it('that counts along is not whole because one that counts nothing comes with the end', () => {
    const facts = new AnswerFacts();
    for (const event of [
      { ...said(), ...counted(1000, 7) },
      { ...said('stop'), ...counted(0, 0) },
    ])
      facts.learn(event);
    expect(facts).toMatchObject({ is_whole_usage: false, usage: { tokens: { output_tokens: 7 } } });
  });
});
