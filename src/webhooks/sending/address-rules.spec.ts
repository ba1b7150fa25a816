import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AddressRules } from './address-rules.js';

const rules = new AddressRules([]);

const REFUSED = {
  'this host': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.1.2.3', '127.255.255.255', '::1'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254', '192.168.0.1', '192.168.255.255'],
  'link-local, with the metadata service': [
    '169.254.0.1',
    '169.254.169.254',
    '169.254.170.2',
    'fe80::1',
    'fe80::1%eth0',
  ],
  'metadata elsewhere': ['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'],
  'shared addresses of providers': ['100.64.0.1', '100.127.255.255'],
  'unique local': ['fc00::1', 'fd12:3456:789a::1'],
  'site-local': ['fec0::1'],
  multicast: ['224.0.0.1', '239.255.255.250', 'ff02::1', 'ff0e::1'],
  broadcast: ['255.255.255.255'],
  reserved: ['240.0.0.1', '192.0.0.1', '198.18.0.1', '198.19.255.255', '192.88.99.1', '100::1', '5f00::1'],
  documentation: ['192.0.2.1', '198.51.100.7', '203.0.113.9', '2001:db8::1', '3fff::1'],
  'IPv4 in IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::ffff:a00:1',
    '::127.0.0.1',
    '::a00:1',
  ],
  'translated IPv4': [
    '::ffff:0:10.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::7f00:1',
    '64:ff9b:1::808:808',
  ],
  '6to4 and Teredo': ['2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:808:808::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  'nothing that is an address': [
    '',
    'localhost',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '[::1]',
    'fe80',
  ],
};

const ALLOWED = [
  '1.1.1.1',
  '8.8.8.8',
  '93.184.215.14',
  '172.32.0.1',
  '100.128.0.1',
  '11.0.0.1',
  '2606:4700::1111',
  '2a00:1450:4001::200e',
  '64:ff9b::8.8.8.8',
  '::ffff:8.8.8.8',
];

describe('the addresses that can receive webhooks', () => {
  it.each(Object.entries(REFUSED))('do not include %s', (_kind, addresses) => {
    expect(addresses.filter((address) => rules.allows(address))).toEqual([]);
  });

  it('include public addresses', () => {
    expect(ALLOWED.filter((address) => !rules.allows(address))).toEqual([]);
  });

  it('are the same for each IPv6 form of an IPv4 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const isAllowed = rules.allows(address);
        expect(rules.allows(`::ffff:${address}`)).toBe(isAllowed);
        expect(rules.allows(`64:ff9b::${address}`)).toBe(isAllowed);
        if (!isAllowed) expect(rules.allows(`::${address}`)).toBe(false);
        expect(rules.allows(`2002:${hex(address)}::1`)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('never include an IPv6 address outside global unicast, except forms of IPv4', () => {
    const isFormOfIpv4 = (address: string): boolean => address.includes('.') || /^(0*:)*0*ffff:|^0*64:/i.test(address);
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const first = Number.parseInt(address.split(':', 1)[0] ?? '', 16) || 0;
        if (first >> 13 !== 1 && !isFormOfIpv4(address)) expect(rules.allows(address)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('include the networks that the operator allows, in each form, and no others', () => {
    const own = new AddressRules(['10.1.0.0/16', '127.0.0.1/32', 'fd00:1::/32']);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '127.0.0.1', 'fd00:1::5', '8.8.8.8']) {
      expect([address, own.allows(address)]).toEqual([address, true]);
    }
    for (const address of ['10.2.0.1', '127.0.0.2', 'fd00:2::5', '169.254.169.254']) {
      expect([address, own.allows(address)]).toEqual([address, false]);
    }
    expect([own.lists('10.1.2.3'), own.lists('8.8.8.8')]).toEqual([true, false]);
  });
});

function hex(address: string): string {
  const bytes = address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `${bytes.slice(0, 2).join('')}:${bytes.slice(2).join('')}`;
}
