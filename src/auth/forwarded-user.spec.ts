import { describe, expect, it } from '@jest/globals';
import type { Caller } from '../platform/actor.js';
import { actingCaller } from './forwarded-user.js';

const NAMES = ['x-openwebui-user-id', 'x-librechat-user-id'];
const BACKEND: Caller = {
  user_id: 'backend',
  roles: ['service'],
  scopes: ['gateway'],
  api_key: {
    id: 'k',
    name: 'Chat',
    member_id: null,
    tags: [],
    allowed_models: [],
    denied_models: [],
    allowed_services: [],
    allowed_cidrs: [],
    requests_per_minute: null,
    tokens_per_minute: null,
    brake: true,
  },
};

describe('a trusted header that names the user', () => {
  it('makes the request one of that user, in the role user and with the scopes of the key', () => {
    const acting = actingCaller(BACKEND, { 'x-librechat-user-id': ' ann ' }, NAMES);
    expect(acting).toEqual({ ...BACKEND, user_id: 'ann', roles: ['user'] });
    const both = { 'x-openwebui-user-id': 'ann', 'x-librechat-user-id': 'bob' };
    expect(actingCaller(BACKEND, both, NAMES).user_id).toBe('ann');
    const utf8 = Buffer.from('zoë', 'utf8').toString('latin1');
    expect(actingCaller(BACKEND, { 'x-openwebui-user-id': utf8 }, NAMES).user_id).toBe('zoë');
  });

  it('is ignored when it is empty, not configured, or of another caller', () => {
    const named = { 'x-openwebui-user-id': 'ann' };
    expect(actingCaller(BACKEND, { 'x-openwebui-user-id': ' ' }, NAMES)).toBe(BACKEND);
    expect(actingCaller(BACKEND, named, [])).toBe(BACKEND);
    const user: Caller = { ...BACKEND, roles: ['user'] };
    const token: Caller = { user_id: 'backend', roles: ['service'] };
    for (const caller of [user, token]) expect(actingCaller(caller, named, NAMES)).toBe(caller);
  });

  it('is refused when it is no user id', () => {
    expect(() => actingCaller(BACKEND, { 'x-openwebui-user-id': 'a\tb' }, NAMES)).toThrow('x-openwebui-user-id');
    expect(() => actingCaller(BACKEND, { 'x-openwebui-user-id': 'a'.repeat(256) }, NAMES)).toThrow('1 to 255');
  });
});
