import { describe, expect, it } from '@jest/globals';
import { rolesOf, userIdOf } from './claims.js';

describe('the roles of a token', () => {
  it.each([
    [{ roles: ['admin'] }, ['admin']],
    [{ roles: 'service admin' }, ['service', 'admin']],
    [{ realm_access: { roles: ['service', 'offline_access'] } }, ['service']],
    [{ resource_access: { tollgate: { roles: ['admin'] }, other: { roles: ['service'] } } }, ['admin']],
    [{ roles: ['user'], realm_access: { roles: ['admin'] } }, ['user', 'admin']],
    [{}, ['user']],
    [{ roles: ['Admin', 'superadmin', 7, null] }, ['user']],
    [{ roles: { admin: true }, realm_access: 'admin', resource_access: ['admin'] }, ['user']],
    [{ realm_access: null, resource_access: { tollgate: null } }, ['user']],
  ])('%j', (claims, roles) => {
    expect(rolesOf(claims, 'tollgate')).toEqual(roles);
  });

  it('come from no client that is only part of JavaScript', () => {
    expect(rolesOf({ resource_access: {} }, 'constructor')).toEqual(['user']);
  });
});

describe('the user of a token', () => {
  it('is the text of the configured claim', () => {
    expect(userIdOf({ sub: 'a', email: 'b@example.com' }, 'sub')).toBe('a');
    expect(userIdOf({ sub: 'a', email: 'b@example.com' }, 'email')).toBe('b@example.com');
    expect(userIdOf({ sub: '😀'.repeat(255) }, 'sub')).toHaveLength(510);
  });

  it.each(['', ' ', ' a', 'a ', 'a\nb', 'a\0', '\ud800', 'x'.repeat(256), 7, null, ['a'], undefined])(
    'is nobody when that is no id: %j',
    (sub) => {
      expect(userIdOf({ sub } as Record<string, unknown>, 'sub')).toBeNull();
    },
  );

  it('is not inherited', () => {
    expect(userIdOf({}, 'toString')).toBeNull();
  });
});
