import { describe, expect, it } from '@jest/globals';
import { units } from '../../platform/values/amount.js';
import { Catalogue } from './catalogue.js';
import { ANY, PRICE_COLUMNS, type Prices } from './price.js';
import type { Price } from './price-table.js';

const NOW = new Date('2026-11-21T12:00:00Z');
const NONE = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, null])) as Prices;

function row(model: string, more: Partial<Price> = {}): Price {
  const id = `${more.service ?? ANY} ${model}`;
  const effective_from = new Date('2026-01-01T00:00:00Z');
  const price = { ...NONE, overrides: [], is_free: false, input_per_million: units('1') };
  return { ...price, id, service: ANY, model, effective_from, ...more };
}

const found = (rows: Price[], model: string | null, service = 'litellm', occurred_at = NOW): string | undefined =>
  new Catalogue(rows).find({ service, model, occurred_at }, () => true)?.id;

describe('the price that is found', () => {
  const rows = [
    row('openai/gpt-4o'),
    row('openai/gpt-4o-2024-05-13'),
    row('openai/gpt-4o-mini'),
    row('anthropic/claude-3.5-sonnet'),
    row('anthropic/claude-opus-4.1'),
    row('~google/gemini-flash-latest'),
    row('cohere/command-r-08-2024'),
  ];

  it.each([
    ['gpt-4o-mini', 'openai/gpt-4o-mini'],
    ['openai/gpt-4o-mini', 'openai/gpt-4o-mini'],
    ['OpenAI/GPT-4o-Mini', 'openai/gpt-4o-mini'],
    ['openrouter/openai/gpt-4o-mini', 'openai/gpt-4o-mini'],
    ['azure/gpt-4o-mini', 'openai/gpt-4o-mini'],
    ['openai/gpt-4o-mini:nitro', 'openai/gpt-4o-mini'],
    ['openai/gpt-4o-mini:online:floor', 'openai/gpt-4o-mini'],
    ['gpt-4o-mini-2024-07-18', 'openai/gpt-4o-mini'],
    ['gpt-4o-2024-05-13', 'openai/gpt-4o-2024-05-13'],
    ['gpt-4o-2024-08-06', 'openai/gpt-4o'],
    ['claude-3-5-sonnet-20241022', 'anthropic/claude-3.5-sonnet'],
    ['claude-3-5-sonnet-latest', 'anthropic/claude-3.5-sonnet'],
    ['anthropic/claude-opus-4-1-20250805', 'anthropic/claude-opus-4.1'],
    ['vertex_ai/claude-3-5-sonnet@20240620', 'anthropic/claude-3.5-sonnet'],
    ['google/gemini-flash-latest', '~google/gemini-flash-latest'],
    ['command-r-08-2024', 'cohere/command-r-08-2024'],
  ])('applies to %s', (model, expected) => expect(found(rows, model)).toBe(`* ${expected}`));

  it.each(['gpt-4o-mini:free', 'gpt-4', 'llama3:8b', '4o-mini', 'openai/'])('does not apply to %s', (model) =>
    expect(found(rows, model)).toBeUndefined(),
  );

  it('is the one for service and model, else for the model, else for the service', () => {
    const all = [row('m'), row('m', { service: 'tts' }), row(ANY, { service: 'tts' })];
    expect(found(all, 'm', 'tts')).toBe('tts m');
    expect(found(all, 'm', 'stt')).toBe('* m');
    expect(found(all, 'other', 'tts')).toBe('tts *');
    expect(found(all, null, 'tts')).toBe('tts *');
    expect(found(all, 'other', 'stt')).toBeUndefined();
    expect(found(all, null, 'stt')).toBeUndefined();
  });

  it('is the one in effect when the work was done; a future one is used only if there is no other', () => {
    const at = (day: string, id: string): Price => row('m', { id, effective_from: new Date(`${day}T00:00:00Z`) });
    const dated = [at('2026-11-01', 'november'), at('2026-12-01', 'december'), at('2026-10-01', 'october')];
    const on = (day: string): string | undefined => found(dated, 'm', 'x', new Date(`${day}Z`));
    expect(on('2026-11-30T23:59:59.999')).toBe('november');
    expect(on('2026-12-01T00:00:00.000')).toBe('december');
    expect(on('2026-10-31T23:59:59.999')).toBe('october');
    expect(on('2026-09-30T00:00:00.000')).toBe('october');
    const planned = [at('2026-12-01', 'planned'), row(ANY, { service: 'x' })];
    expect(found(planned, 'm', 'x')).toBe('x *');
  });

  it('has a price for the measured units; otherwise the nearest one that has', () => {
    const seconds = (price: Price): boolean => price.per_second !== null;
    const at = (month: string, id: string, more: Partial<Price> = {}): Price =>
      row('m', { id, effective_from: new Date(`2026-${month}-01T00:00:00Z`), ...more });
    const of = (rows: Price[]): string | undefined =>
      new Catalogue(rows).find({ service: 'stt', model: 'm', occurred_at: NOW }, seconds)?.id;
    const priced = { per_second: 1n };
    expect(of([at('01', 'old', priced), at('02', 'new')])).toBe('old');
    expect(of([at('02', 'new'), at('12', 'next', priced)])).toBe('next');
    expect(of([at('02', 'new'), at('12', 'next', priced), row(ANY, { service: 'stt', ...priced })])).toBe('stt *');
    expect(of([at('02', 'new')])).toBeUndefined();
  });

  it('is that of a special variant only for its full name', () => {
    const images = { input_per_million: null, per_image: units('0.08') };
    const hd = row('azure/hd/1024-x-1024/dall-e-3', images);
    expect(found([hd], 'dall-e-3')).toBeUndefined();
    expect(found([hd], 'azure/hd/1024-x-1024/dall-e-3')).toBe('* azure/hd/1024-x-1024/dall-e-3');
    const plain = row('azure/dall-e-3', { ...images, per_image: units('0.04') });
    expect(found([hd, plain], 'dall-e-3')).toBe('* azure/dall-e-3');
    expect(found([plain, row('dear/dall-e-3', images)], 'dall-e-3')).toBe('* dear/dall-e-3');
  });

  it('is the higher one if two providers match a bare name', () => {
    const two = [
      row('cheap/m', { input_per_million: units('0.5') }),
      row('dear/m'),
      row('free/m', { input_per_million: 0n }),
    ];
    expect(found(two, 'm')).toBe('* dear/m');
    expect(found(two, 'cheap/m')).toBe('* cheap/m');
    expect(found([...two, row('m', { input_per_million: units('0.1') })], 'm')).toBe('* m');
  });
});
