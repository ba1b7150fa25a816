import { describe, expect, it } from '@jest/globals';
import type { Actor, KeyInUse } from '../platform/actor.js';
import {
  assertReadable,
  assertWithin,
  defaultLimits,
  defaultScopes,
  hasBrakeByDefault,
  type KeyPowers,
} from './key-powers.js';

const SOON = new Date('2027-01-01T00:00:00Z');
const LATER = new Date('2028-01-01T00:00:00Z');
const OPEN: KeyPowers = {
  role: 'user',
  scopes: ['gateway'],
  allowed_models: [],
  denied_models: [],
  allowed_services: [],
  allowed_cidrs: [],
  requests_per_minute: null,
  tokens_per_minute: null,
  expires_at: null,
  brake: true,
};
const NARROW = {
  allowed_models: ['openai/*'],
  denied_models: ['openai/o1'],
  allowed_services: ['chat'],
  allowed_cidrs: ['10.0.0.0/8'],
  requests_per_minute: 60,
  tokens_per_minute: 1000,
  brake: true,
};
type Creator = Pick<Actor, 'roles' | 'scopes' | 'sign_in' | 'api_key'>;
const key: KeyInUse = { id: 'k', name: 'k', member_id: null, tags: [], ...NARROW };
const BY_KEY: Creator = {
  roles: ['user'],
  scopes: ['gateway', 'keys:manage'],
  sign_in: { method: 'api_key', expires_at: SOON },
  api_key: key,
};
const WITHIN: KeyPowers = { ...OPEN, ...NARROW, expires_at: SOON };

/** The field that goes beyond; undefined if none does. */
function excess(creator: Creator, powers: KeyPowers): unknown {
  try {
    assertWithin(creator, powers);
    return undefined;
  } catch (error) {
    return (error as { extra: { field: string } }).extra.field;
  }
}

describe('what a new key can do', () => {
  it('is everything of the role for a caller whose credential is not limited', () => {
    expect(excess({ roles: ['user'] }, { ...OPEN, scopes: ['charge', 'payments'] })).toBeUndefined();
    expect(excess({ roles: ['service'] }, { ...OPEN, role: 'service' })).toBeUndefined();
    expect(excess({ roles: ['user'] }, { ...OPEN, role: 'service' })).toBe('role');
  });

  it('is no more than what the key that creates it can do, field by field', () => {
    expect(excess(BY_KEY, WITHIN)).toBeUndefined();
    const narrower = { allowed_models: ['openai/gpt-5', 'openai/gpt*'], requests_per_minute: 1 };
    expect(excess(BY_KEY, { ...WITHIN, ...narrower, denied_models: ['x', 'openai/o1'] })).toBeUndefined();
    const beyond: [keyof KeyPowers, KeyPowers[keyof KeyPowers]][] = [
      ['role', 'service'],
      ['scopes', ['charge']],
      ['allowed_models', []],
      ['allowed_models', ['google/*']],
      ['allowed_models', ['open*']],
      ['denied_models', []],
      ['allowed_services', ['chat', 'tts']],
      ['allowed_services', []],
      ['allowed_cidrs', ['0.0.0.0/0']],
      ['requests_per_minute', 61],
      ['requests_per_minute', null],
      ['tokens_per_minute', null],
      ['expires_at', LATER],
      ['expires_at', null],
      ['brake', false],
    ];
    for (const [field, value] of beyond) expect(excess(BY_KEY, { ...WITHIN, [field]: value })).toBe(field);
  });

  it('is by default what the key that creates it can do', () => {
    const { brake, ...limits } = NARROW;
    expect({ brake, ...defaultLimits(BY_KEY) }).toEqual({ brake, ...limits, expires_at: SOON });
    expect(defaultScopes('user', BY_KEY)).toEqual(['gateway']);
    expect(
      excess(BY_KEY, {
        ...defaultLimits(BY_KEY),
        brake: hasBrakeByDefault('user', BY_KEY),
        role: 'user',
        scopes: defaultScopes('user', BY_KEY),
      }),
    ).toBeUndefined();
    const session: Creator = { roles: ['user'], sign_in: { method: 'token', expires_at: SOON } };
    expect(defaultLimits(session).expires_at).toBeNull();
  });

  it('has a brake, unless it is for a backend that is not limited by one itself', () => {
    expect(hasBrakeByDefault('user', {})).toBe(true);
    expect(hasBrakeByDefault('service', {})).toBe(false);
    expect(hasBrakeByDefault('service', BY_KEY)).toBe(true);
  });

  it('names each entry that cannot be read', () => {
    expect(() => assertReadable({ allowed_models: ['*', 'openai/*', 'a:b'], allowed_cidrs: ['::1'] })).not.toThrow();
    for (const model of ['', 'a b', 'a,b', 'a*b'])
      expect(() => assertReadable({ denied_models: [model] })).toThrow('denied_models');
    expect(() => assertReadable({ allowed_cidrs: ['x'] })).toThrow('"x" is invalid');
  });
});
