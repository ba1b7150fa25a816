import { describe, expect, it } from '@jest/globals';
import { addressBlock } from './address-block.js';

describe('the block of an IP address', () => {
  it.each([
    ['93.184.216.34', '93.184.216.0/24'],
    ['::ffff:93.184.216.200', '93.184.216.0/24'],
    ['2a01:4f8:1:2f03::1', '2a01:4f8:1:2f00::/56'],
    ['2a01:4f8:1:2fff:ffff::9', '2a01:4f8:1:2f00::/56'],
  ])('of %s is %s', (address, block) => expect(addressBlock(address)).toBe(block));

  it.each(['', 'host', '1.2.3', '10.0.0.7', '127.0.0.1', '192.168.1.1', '::1', 'fe80::1', '100.64.0.1'])(
    'of %j is unknown',
    (address) => expect(addressBlock(address)).toBeNull(),
  );
});
