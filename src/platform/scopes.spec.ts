import { describe, expect, it } from '@jest/globals';
import { ANY_SCOPE, assertScope, hasScope, SCOPE_NAMES } from './scopes.js';

describe('a credential without a list of scopes', () => {
  it('is good for every scope', () => {
    expect(SCOPE_NAMES.filter((scope) => !hasScope({}, scope))).toEqual([]);
  });
});

describe('a limited credential', () => {
  it('is good for its own scopes and nothing else', () => {
    for (const scope of SCOPE_NAMES.filter((name) => name !== 'credits:read')) {
      expect(SCOPE_NAMES.filter((other) => hasScope({ scopes: [scope] }, other))).toEqual([scope]);
    }
  });

  it('with credits:read also reads the balance', () => {
    const scopes = ['credits:read'] as const;
    expect(SCOPE_NAMES.filter((other) => hasScope({ scopes }, other))).toEqual(['balance:read', 'credits:read']);
  });

  it('calls routes that need no particular scope, even with an empty list', () => {
    expect(hasScope({ scopes: [] }, ANY_SCOPE)).toBe(true);
    expect(hasScope({ scopes: [] }, 'models')).toBe(false);
  });

  it('is refused with the name of the missing scope', () => {
    const refused = (): void => assertScope({ scopes: ['models'] }, 'payments');
    expect(refused).toThrow('This call requires the scope payments.');
    expect(refused).toThrow(expect.objectContaining({ code: 'missing_scope', extra: { scope: 'payments' } }));
  });
});
