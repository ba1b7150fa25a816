import { describe, expect, it } from '@jest/globals';
import { textWithoutSecrets, withoutSecrets } from './without-secrets.js';

describe('what a run was given and said', () => {
  it.each([
    ['connect postgresql://tollgate:pa55@db/x failed', 'connect postgresql://tollgate:[hidden]@db/x failed'],
    ['401 for Bearer abcdefgh.ijkl', '401 for Bearer [hidden]'],
    ['the key sk-or-v1-0123456789 is unknown', 'the key [hidden] is unknown'],
    ['3 accounts could not be booked', '3 accounts could not be booked'],
  ])('shows no secret of a text: %s', (text, shown) => {
    expect(textWithoutSecrets(text)).toBe(shown);
  });

  it('hides members whose names speak of secrets, however deep', () => {
    const given = {
      user_id: 'ann',
      api_key: 'x',
      idempotency_key: 'k',
      nested: [{ client_secret: 'y', tokens_used: 3 }],
    };
    expect(withoutSecrets(given)).toEqual({
      user_id: 'ann',
      api_key: '[hidden]',
      idempotency_key: '[hidden]',
      nested: [{ client_secret: '[hidden]', tokens_used: 3 }],
    });
  });
});
