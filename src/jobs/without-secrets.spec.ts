import { describe, expect, it } from '@jest/globals';
import { textWithoutSecrets, withoutSecrets } from './without-secrets.js';

describe('the data and errors of a run', () => {
  it.each([
    ['connect postgresql://tollgate:pa55@db/x failed', 'connect postgresql://tollgate:[hidden]@db/x failed'],
    ['401 for Bearer abcdefgh.ijkl', '401 for Bearer [hidden]'],
    ['the key sk-or-v1-0123456789 is unknown', 'the key [hidden] is unknown'],
    ['3 accounts could not be booked', '3 accounts could not be booked'],
  ])('hide secrets in text: %s', (text, shown) => {
    expect(textWithoutSecrets(text)).toBe(shown);
  });

  it('hide members whose names suggest secrets, at any depth', () => {
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
