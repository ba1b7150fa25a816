import { describe, expect, it } from '@jest/globals';
import { listFault, type ModelClass, refuseModel } from './allowed-models.js';

const TRIAL = ['class:free', 'class:budget', 'class:standard'];

describe('a list of allowed models', () => {
  it.each<[string[], string, ModelClass | null, ReturnType<typeof refuseModel>]>([
    [[], 'maker/model', 'premium', null],
    [[], 'maker/model', null, null],
    [TRIAL, 'maker/model', 'standard', null],
    [TRIAL, 'maker/model', 'premium', 'not_listed'],
    [TRIAL, 'maker/model', null, 'price_unknown'],
    [['Class:Premium'], 'maker/model', 'premium', null],
    [['maker/model'], 'maker/model', 'premium', null],
    [['Maker/Model'], 'maker/model', null, null],
    [['maker/model'], 'maker/model-large', 'budget', 'not_listed'],
    [['maker/model'], 'maker/model:free', 'free', 'not_listed'],
    [['maker/*'], 'maker/model', 'premium', null],
    [['maker/*'], 'makers/model', 'premium', 'not_listed'],
    [['maker/*'], 'other/model', null, 'not_listed'],
    [['maker/*', ...TRIAL], 'other/model', null, 'price_unknown'],
    [['*'], 'other/model', null, null],
  ])('%j and %s of class %s: %s', (entries, id, price_class, refusal) => {
    expect(refuseModel(entries, { id, class: price_class })).toBe(refusal);
  });

  it.each([[TRIAL], [[]], [['*']], [['openai/*', 'openai/gpt-4o-mini', 'a:free', 'CLASS:premium']]])(
    'is valid: %j',
    (entries) => {
      expect(listFault(entries)).toBeNull();
    },
  );

  it.each(['', ' ', 'class:', 'class:gold', 'class:*', 'openai/*mini', '**', 'a, b', 'a\nb', 'x'.repeat(256)])(
    'must not contain %j',
    (entry) => {
      expect(listFault(['openai/*', entry])).toMatchObject({ field: 'allowed_models' });
    },
  );

  it('is rejected with the expected form and the wrong entry', () => {
    expect(listFault(['class:gold'])!.message).toBe(
      'must be model ids such as openai/gpt-4o-mini, id prefixes such as openai/*, or class:free, class:budget, class:standard, class:premium; "class:gold" is invalid',
    );
    expect(listFault(Array<string>(501).fill('a'))!.message).toBe('must have at most 500 entries');
  });
});
