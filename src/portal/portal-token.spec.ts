import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPortalToken, isTokenOf, makePortalToken, sessionIdOf } from './portal-token.js';

const ID = '0198c0de-0000-7000-8000-000000000000';

describe('the token of a portal session', () => {
  it('names its session and matches its own digest', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const { token, token_hash } = makePortalToken(id);
        expect(isPortalToken(token)).toBe(true);
        expect(sessionIdOf(token)).toBe(id);
        expect(isTokenOf(token, token_hash)).toBe(true);
        expect(token_hash).toMatch(/^[0-9a-f]{64}$/);
      }),
    );
  });

  it('is another one each time, and matches no other digest', () => {
    const [one, other] = [makePortalToken(ID), makePortalToken(ID)];
    expect(one.token).not.toBe(other.token);
    expect(isTokenOf(one.token, other.token_hash)).toBe(false);
  });

  it('is not read from anything else', () => {
    const { token } = makePortalToken(ID);
    const others = ['', 'tg_portal_', ID, token.slice(0, -1), `${token}A`, token.replace('tg_portal_', 'tg_live_')];
    expect(others.map(sessionIdOf)).toEqual(others.map(() => null));
  });
});
