import { describe, expect, it } from '@jest/globals';
import { addressOf, networkOf } from './address.js';

describe('the address of a client', () => {
  it.each([
    [['10.0.0.1', '203.0.113.7'], '203.0.113.7'],
    [['10.0.0.1', '203.0.113.7:4711'], '203.0.113.7'],
    [['10.0.0.1', '[2001:db8::1]:4711'], '2001:db8::1'],
    [['10.0.0.1', '<script>'], '10.0.0.1'],
    [['10.0.0.1', '10.0.0.2', 'x'.repeat(300)], '10.0.0.2'],
    [['::1'], '::1'],
  ])('is the last one of the chain that is an address: %j', (ips, address) => {
    expect(addressOf({ ips, ip: 'not looked at' })).toBe(address);
  });

  it('is the one of the socket without a trusted proxy', () => {
    expect(addressOf({ ip: '203.0.113.7' })).toBe('203.0.113.7');
  });
});

describe('a network', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
});
