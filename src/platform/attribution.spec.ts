import { describe, expect, it } from '@jest/globals';
import type { KeyInUse } from './actor.js';
import { attributionBy } from './attribution.js';
import { assertKeyAllows, workFault } from './key-limits.js';

const KEY: KeyInUse = {
  id: '0198c0de-0000-7000-8000-000000000000',
  name: 'A key',
  member_id: null,
  tags: ['team-a', 'prod'],
  allowed_models: [],
  denied_models: [],
  allowed_services: [],
  allowed_cidrs: [],
  requests_per_minute: null,
  tokens_per_minute: null,
  brake: true,
};
const codeOf = (limits: Partial<KeyInUse>, service: string, model?: string | null): string | undefined =>
  workFault({ api_key: { ...KEY, ...limits } }, { service, model })?.code;

describe('the attribution of work', () => {
  it('is that of the request alone without a key', () => {
    expect(attributionBy({}, ['x', 'x', 'y'])).toEqual({ api_key_id: null, member_id: null, tags: ['x', 'y'] });
    expect(attributionBy({}, null)).toEqual({ api_key_id: null, member_id: null, tags: null });
  });

  it('has the key, its member, and its tags before those of the request, each once', () => {
    const api_key = { ...KEY, member_id: 'ann' };
    const attributed = { api_key_id: KEY.id, member_id: 'ann' };
    expect(attributionBy({ api_key }, ['prod', 'x'])).toEqual({ ...attributed, tags: ['team-a', 'prod', 'x'] });
    expect(attributionBy({ api_key: { ...api_key, tags: [] } }, null)).toEqual({ ...attributed, tags: null });
  });

  it('has ten tags at most', () => {
    const given = Array.from({ length: 10 }, (_, i) => `t${i}`);
    const { tags } = attributionBy({ api_key: KEY }, given);
    expect(tags).toEqual(['team-a', 'prod', ...given.slice(0, 8)]);
  });
});

describe('the limits of a key', () => {
  it('are none for other credentials and for empty lists', () => {
    expect(() => assertKeyAllows({}, { service: 'tts', model: 'openai/gpt-5' })).not.toThrow();
    expect(codeOf({}, 'tts', 'openai/gpt-5')).toBeUndefined();
  });

  it('allow the services of the list', () => {
    expect(codeOf({ allowed_services: ['tts'] }, 'tts')).toBeUndefined();
    expect(codeOf({ allowed_services: ['tts'] }, 'chat')).toBe('key_service_not_allowed');
  });

  it('allow models by id or prefix, whatever their case, and denials win', () => {
    const limits = { allowed_models: ['openai/*', 'Meta/llama'], denied_models: ['openai/o1*'] };
    for (const model of ['openai/gpt-5', 'OpenAI/GPT-5', 'meta/llama', null, undefined]) {
      expect(codeOf(limits, 'chat', model)).toBeUndefined();
    }
    for (const model of ['openai/o1-pro', 'meta/llama-2', 'google/gemini']) {
      expect(codeOf(limits, 'chat', model)).toBe('key_model_not_allowed');
    }
    expect(codeOf({ denied_models: ['*'] }, 'chat', 'a/b')).toBe('key_model_not_allowed');
  });
});
