import { isIP, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * Returns the client's address. With TRUST_PROXY it is the last address in X-Forwarded-For that is not a trusted proxy.
 * If that entry is not an address, the client wrote it, and the previous address in the chain is used.
 */
export function addressOf({ ips, ip }: Partial<Pick<FastifyRequest, 'ips'>> & Pick<FastifyRequest, 'ip'>): string {
  // the chain starts with the nearest address, that of the socket
  const chain = (ips ?? [ip]).map(withoutPort);
  const end = chain.findIndex((text) => isIP(text) === 0);
  return (end === -1 ? chain : chain.slice(0, end)).at(-1) ?? '';
}

const WITH_PORT = /^(?:\[([^\]]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5})$/;

/** Removes the port that some proxies append. */
function withoutPort(text: string): string {
  const match = WITH_PORT.exec(text);
  return match?.[1] ?? match?.[2] ?? text;
}

const HEXTETS_OF_A_NETWORK = 4;

/** Returns the network that counts as one client: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  const hextets = [...front, ...zeros, ...back].slice(0, HEXTETS_OF_A_NETWORK);
  return `${hextets.map((hextet) => hextet.toLowerCase().replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
