import ipaddr from 'ipaddr.js';

const IPV4_BITS = 24;
const IPV6_BITS = 56;

/**
 * Returns the block of an IP address that one household or organization usually has: /24 of IPv4, /56 of IPv6. Null for
 * what is no address, and for private ones, which many people share.
 */
export function addressBlock(text: string): string | null {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return null;
  const bits = address.kind() === 'ipv4' ? IPV4_BITS : IPV6_BITS;
  const bytes = address.toByteArray().map((byte, i) => (i < bits / 8 ? byte : 0));
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}
