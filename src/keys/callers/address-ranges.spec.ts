import { describe, expect, it } from '@jest/globals';
import { addressCheck, isRange } from './address-ranges.js';

describe('the addresses of a key', () => {
  it('are addresses and networks, of both families', () => {
    for (const text of ['203.0.113.7', '203.0.113.0/24', '0.0.0.0/0', '2001:db8::/32', '::1', '2001:db8::1/128']) {
      expect(isRange(text)).toBe(true);
    }
    for (const text of [
      '',
      'localhost',
      '203.0.113.0/33',
      '203.0.113/24',
      '::/129',
      '1.2.3.4/',
      '1.2.3.4/8/8',
      'fe80::1%eth0',
    ]) {
      expect(isRange(text)).toBe(false);
    }
  });

  it('admit what is in one of them, and everything if there are none', () => {
    const check = addressCheck(['203.0.113.0/24', '2001:db8::/32', '198.51.100.4']);
    for (const address of ['203.0.113.255', '2001:db8:1::9', '198.51.100.4', '::ffff:203.0.113.1']) {
      expect(check(address)).toBe(true);
    }
    for (const address of ['203.0.114.1', '2001:db9::1', '198.51.100.5', '', 'unknown'])
      expect(check(address)).toBe(false);
    expect(addressCheck([])('')).toBe(true);
  });
});
