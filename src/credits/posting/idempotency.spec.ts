import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idempotencyKey } from './idempotency.js';

const SERVICE = { user_id: 'a-service', roles: ['service'] as const };
const USER = { user_id: 'ann', roles: ['user'] as const };

const hash = (operation: string, body: object): string | undefined =>
  idempotencyKey('k', SERVICE, operation, body)?.request_hash;

describe('the digest of a request', () => {
  it('is the same for any order of members, at any depth, and ignores undefined members', () => {
    const shuffled = (value: unknown): unknown => {
      if (value === null || typeof value !== 'object') return value;
      if (Array.isArray(value)) return value.map(shuffled);
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, member]) => [key, shuffled(member)]),
      );
    };
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        expect(hash('deduct', shuffled(body) as object)).toBe(hash('deduct', body));
      }),
    );
    expect(hash('deduct', { a: 1, b: undefined })).toBe(hash('deduct', { a: 1 }));
  });

  it('differs with the operation, a value, or the order of a list', () => {
    const body = { amount: '1.000000', tags: ['a', 'b'] };
    const others = [
      hash('hold', body),
      hash('deduct', { ...body, amount: '1.000001' }),
      hash('deduct', { ...body, tags: ['b', 'a'] }),
    ];
    expect(new Set([hash('deduct', body), ...others]).size).toBe(4);
  });

  it('is 64 hex characters, and undefined without a key', () => {
    expect(hash('deduct', {})).toMatch(/^[0-9a-f]{64}$/);
    expect(idempotencyKey(undefined, SERVICE, 'deduct', {})).toBeUndefined();
  });

  it('ignores empty members, and the account, in which the key is unique', () => {
    const body = { amount: '1.000000', user_id: 'ann', model: null, metadata: {}, tags: [] };
    expect(hash('deduct', body)).toBe(hash('deduct', { amount: '1.000000' }));
  });
});

describe('a key', () => {
  it('of a user differs from the same key of the platform, and can have any length', () => {
    const keyOf = (key: string, caller: typeof SERVICE | typeof USER): string | undefined =>
      idempotencyKey(key, caller, 'switch', {})?.key;
    expect(keyOf('order-1', SERVICE)).toBe('order-1');
    expect(keyOf('order-1', USER)).toMatch(/^ [\w-]{43}$/);
    expect(keyOf('x'.repeat(255), USER)).toHaveLength(44);
    expect(keyOf('order-1', USER)).not.toBe(keyOf('order-2', USER));
  });
});
