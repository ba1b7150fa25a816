import { describe, expect, it } from '@jest/globals';
import { buildLiteLlm } from '../../platform/config/litellm-config.js';
import { excerptOf } from './log-excerpt.js';
import { namedIn, payerOf } from './payer.js';

const DEFAULTS = { LITELLM_COST: 'provider', LITELLM_COST_MAX: '100', LITELLM_REJECTED_DAYS: 90 } as const;

/** Returns who pays if the account `known` exists. */
function payer(rule: 'always' | 'known' | 'never', key_user: unknown, end_user: unknown, default_user?: string) {
  const config = buildLiteLlm({ ...DEFAULTS, LITELLM_END_USER: rule, LITELLM_DEFAULT_USER: default_user });
  const log = excerptOf({ end_user, metadata: { user_api_key_user_id: key_user } });
  return payerOf(namedIn(log), config, (user_id) => user_id === 'known');
}

describe('who pays for a call', () => {
  it.each([
    ['known', 'owner', 'known', 'owner'],
    ['known', null, 'known', 'known'],
    ['known', null, 'stranger', null],
    ['always', 'owner', 'stranger', 'stranger'],
    ['always', 'owner', 'None', 'owner'],
    ['never', null, 'known', null],
    ['never', 'owner', 'known', 'owner'],
  ] as const)('with LITELLM_END_USER=%s, key user %s and end user %s is %s', (rule, key_user, end_user, who) => {
    expect(payer(rule, key_user, end_user)).toBe(who);
    expect(payer(rule, key_user, end_user, 'house')).toBe(who ?? 'house');
  });

  it.each(['', ' ', 'None', 'NULL', 'nan', 'Undefined', 'default_user_id', '{"device_id":"x"}', ' ["a"]', 7, {}])(
    'is never the placeholder %j',
    (nobody) => {
      for (const rule of ['always', 'known', 'never'] as const) {
        expect(payer(rule, nobody, nobody)).toBeNull();
        expect(payer(rule, 'owner', nobody)).toBe('owner');
      }
      expect(payer('known', nobody, 'known')).toBe('known');
    },
  );
});
