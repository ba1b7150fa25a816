import { describe, expect, it } from '@jest/globals';
import { type Examined, configurationFaults } from './configuration.js';

const SOUND: Examined = {
  ...{ env: 'production', host: '0.0.0.0', cors_origins: false, encryption: { keys: null, is_self_made: false } },
};

describe('a configuration', () => {
  it.each<[string, Examined]>([
    ['of production', SOUND],
    ['of development on this machine alone', { ...SOUND, env: 'development', host: '127.0.0.1' }],
  ])('%s is sound', (_what, config) => {
    expect(configurationFaults(config)).toEqual([]);
  });

  it.each<[string, Partial<Examined>]>([
    ['NODE_ENV is development', { env: 'development' }],
    ['web pages of any origin', { cors_origins: ['*'] }],
    ['made by the service itself', { encryption: { keys: 'x', is_self_made: true } }],
  ])('is a warning when: %s', (words, other) => {
    const [found, ...others] = configurationFaults({ ...SOUND, ...other });
    expect([found?.level, found?.found, others]).toEqual(['warning', expect.stringContaining(words), []]);
  });
});
