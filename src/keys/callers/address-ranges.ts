import { BlockList, isIP, isIPv4 } from 'node:net';

const BITS = { ipv4: 32, ipv6: 128 } as const;

/** An address, or a network in CIDR notation. */
interface Range {
  readonly address: string;
  readonly family: keyof typeof BITS;
  readonly bits: number;
}

/** Returns whether a text is an address or a network in CIDR notation. */
export const isRange = (text: string): boolean => rangeOf(text) !== null;

/** Returns a function that tells whether an address is in one of the ranges; without ranges every address is. */
export function addressCheck(ranges: readonly string[]): (address: string) => boolean {
  if (ranges.length === 0) return () => true;
  const list = new BlockList();
  for (const text of ranges) {
    const range = rangeOf(text);
    if (range) list.addSubnet(range.address, range.bits, range.family);
  }
  // a list also finds IPv4 addresses that are written as IPv6
  return (address) => isIP(address) !== 0 && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function rangeOf(text: string): Range | null {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) return null;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (length === undefined) return { address, family, bits: BITS[family] };
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  return bits <= BITS[family] ? { address, family, bits } : null;
}
