import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;
type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Public addresses at which clouds serve metadata of the machine. */
const METADATA = ['168.63.129.16'];
/** Addresses that are routed on the public internet (RFC 4291). */
const GLOBAL_UNICAST: Network = ipaddr.parseCIDR('2000::/3');
/** IPv6 forms of IPv4 addresses that a gateway translates (RFC 6052); the last four bytes are the IPv4 address. */
const NAT64: Network = ipaddr.parseCIDR('64:ff9b::/96');
const NAT64_BITS = 96;

/**
 * Decides which addresses can receive webhooks: public ones, and those of networks that the operator allows. Private,
 * loopback, link-local, unique local, shared (CGNAT), multicast, reserved, documentation and metadata addresses are
 * refused, and so are IPv6 forms that lead to such an IPv4 address.
 */
export class AddressRules {
  private readonly networks: readonly Network[];

  /** @param allowed networks in CIDR notation */
  constructor(allowed: readonly string[]) {
    this.networks = allowed.map((network) => ipaddr.parseCIDR(network));
  }

  /** Returns whether a textual IP address, as the system's resolver or a URL gives it, can receive webhooks. */
  allows(text: string): boolean {
    const address = parsed(text);
    return address !== null && (this.isListed(address) || isPublic(address));
  }

  /** Returns whether the operator allows the address explicitly. */
  lists(text: string): boolean {
    const address = parsed(text);
    return address !== null && this.isListed(address);
  }

  private isListed(address: Address): boolean {
    return this.networks.some(([network, bits]) => isWithin(address, [network, bits]));
  }
}

/** Parses an address in its usual form; IPv4 addresses that are written as IPv6 (::ffff:10.0.0.1) become IPv4. */
function parsed(text: string): Address | null {
  const address = text.replace(/%.*$/, ''); // the zone of a link-local address
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address);
  return ipaddr.IPv6.isValid(address) ? ipaddr.process(address) : null;
}

function isPublic(address: Address): boolean {
  if (address.kind() === 'ipv4') return address.range() === 'unicast' && !METADATA.includes(address.toString());
  if (isWithin(address, NAT64)) return isPublic(ipaddr.fromByteArray(address.toByteArray().slice(NAT64_BITS / 8)));
  return address.range() === 'unicast' && isWithin(address, GLOBAL_UNICAST);
}

const isWithin = (address: Address, network: Network): boolean =>
  address.kind() === network[0].kind() && address.match(network);
