import { afterEach, describe, expect, it } from '@jest/globals';
import { canonicalUserId, readUserId, useUserIdForm, userIdFault } from './user-id.js';

afterEach(() => useUserIdForm('exact'));

const LOOK_ALIKES = ['ann', 'Ann', 'ANN', 'a\u200bnn', 'ann\u202e', 'a\u00a0nn', 'jose\u0301', 'josé', '\uff41nn'];

describe('ids as the platform writes them', () => {
  it.each(LOOK_ALIKES)('are taken character by character: %j', (id) => {
    expect(readUserId(id)).toBe(id);
  });

  it.each(['', ' ', ' a', 'a ', 'a\nb', 'a\u0085', 'a\0', '\ud800', 'x'.repeat(256), 7, null, ['a'], {}, undefined])(
    'are refused when no account can have them: %j',
    (id) => {
      expect(readUserId(id)).toBeNull();
    },
  );
});

describe('ids that are e-mail addresses', () => {
  it.each([
    ['Ann@Example.com', 'ann@example.com'],
    ['  ann@example.com\t', 'ann@example.com'],
    ['jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['JOSE\u0301@example.com', 'jos\u00e9@example.com'],
    ['ops', 'ops'],
    ['\u00a0ann@example.com\ufeff', 'ann@example.com'],
  ])('have one spelling: %j', (given, id) => {
    useUserIdForm('email');
    expect(readUserId(given)).toBe(id);
    expect(canonicalUserId(id)).toBe(id);
  });

  it.each([
    ['a\u200bnn@example.com', 'U+200B'],
    ['ann\u202e@example.com', 'U+202E'],
    ['ann\u2066@example.com', 'U+2066'],
    ['an\u00a0n@example.com', 'U+00A0'],
    ['an\u00adn@example.com', 'U+00AD'],
    ['an\u3000n@example.com', 'U+3000'],
    ['ann\ufe0f@example.com', 'U+FE0F'],
    ['jo x@example.com', 'not contain spaces'],
  ])('with what nobody sees are refused, and told so: %j', (given, fault) => {
    useUserIdForm('email');
    expect(readUserId(given)).toBeNull();
    expect(userIdFault(canonicalUserId(given))).toContain(fault);
  });
});
