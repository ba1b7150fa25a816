import { describe, expect, it } from '@jest/globals';
import { emailFault, otherKindOf, rolesOf, userIdFault, userIdOf } from './claims.js';

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

  it('do not come from members that every JavaScript object has', () => {
    expect(rolesOf({ resource_access: {} }, 'constructor')).toEqual(['user']);
  });
});

describe('the user of a token', () => {
  it('is the value of the configured claim', () => {
    expect(userIdOf({ sub: 'a', email: 'b@example.com' }, 'sub')).toBe('a');
    expect(userIdOf({ sub: 'a', email: 'b@example.com' }, 'email')).toBe('b@example.com');
    expect(userIdOf({ sub: '😀'.repeat(255) }, 'sub')).toHaveLength(510);
  });

  it.each(['', ' ', ' a', 'a ', 'a\nb', 'a\0', '\ud800', 'x'.repeat(256), 7, null, ['a'], undefined])(
    'is null for an invalid id: %j',
    (sub) => {
      expect(userIdOf({ sub } as Record<string, unknown>, 'sub')).toBeNull();
    },
  );

  it('is not inherited', () => {
    expect(userIdOf({}, 'toString')).toBeNull();
  });
});

describe('an invalid user id claim', () => {
  it.each([
    [{}, 'The token has no claim sub, the claim with the user id (JWT_USER_ID_CLAIM): add it'],
    [{ sub: null }, 'The token has no claim sub'],
    [{ sub: 7 }, 'must be a string and is a number in this token.'],
    [{ sub: ['a'] }, 'must be a string and is a list in this token.'],
    [{ sub: '' }, 'is empty in this token.'],
    [{ sub: 'x'.repeat(256) }, 'has more than 255 characters in this token.'],
    [{ sub: 'a ' }, 'must be 1 to 255 characters, without control characters or spaces at either end'],
  ])('is reported with the reason and the setting: %j', (claims, words) => {
    expect(userIdFault(claims as Record<string, unknown>, 'sub')).toContain(words);
    expect(userIdFault(claims as Record<string, unknown>, 'sub')).toContain('JWT_USER_ID_CLAIM');
  });

  it('can be an unverified e-mail address', () => {
    expect(emailFault({ email: 'a@b.c', email_verified: true }, 'email')).toBeNull();
    expect(emailFault({ email: 'a@b.c' }, 'sub')).toBeNull();
    for (const email_verified of [undefined, false, 'false', 1]) {
      expect(emailFault({ email: 'a@b.c', email_verified }, 'email')).toContain('email_verified');
    }
  });
});

describe('an access token', () => {
  it.each([
    [{ typ: 'JWT' }, {}],
    [{}, {}],
    [{ typ: 'at+jwt' }, { nonce: 'n' }],
    [{ typ: 'application/at+JWT' }, {}],
    [{ typ: 'JWT' }, { typ: 'Bearer', nonce: 'n' }],
  ])('is recognised by its type: %j %j', (header, claims) => expect(otherKindOf(header, claims)).toBeNull());

  it.each([
    ['logout token', { typ: 'logout+jwt' }, {}],
    ['logout token', { typ: 'JWT' }, { events: {} }],
    ['ID token', { typ: 'JWT' }, { typ: 'ID' }],
    ['ID token', { typ: 'JWT' }, { at_hash: 'x' }],
    ['ID token', {}, { nonce: 'x' }],
    ['refresh token', { typ: 'JWT' }, { typ: 'Refresh' }],
    ['offline token', { typ: 'JWT' }, { typ: 'Offline' }],
    ['security event', { typ: 'secevent+jwt' }, {}],
  ])('is not a %s: %j %j', (_kind, header, claims) => expect(otherKindOf(header, claims)).toEqual(expect.any(String)));
});
