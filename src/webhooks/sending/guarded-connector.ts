import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import type { AddressRules } from './address-rules.js';

/** A host has an address that must not receive webhooks. */
export class AddressNotAllowed extends Error {
  constructor(host: string) {
    super(`${host} has an address that webhooks are not sent to`);
    this.name = 'AddressNotAllowed';
  }
}

type IsAllowed = (address: string) => boolean;

/**
 * Returns a resolver that gives only allowed addresses. A socket connects to the addresses that it returns, so a name
 * cannot get another address after the check. A name with one refused address is refused.
 */
const guardedLookup =
  (isAllowed: IsAllowed): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isAllowed(address))) {
        callback(new AddressNotAllowed(hostname), '', 0);
      } else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

/** Returns a connector that checks the address which it connects to, also a literal one, which needs no resolver. */
function guardedConnector(isAllowed: IsAllowed, timeout_ms: number): buildConnector.connector {
  const connect = buildConnector({ lookup: guardedLookup(isAllowed), timeout: timeout_ms, allowH2: false });
  return (options, callback) => {
    const host = bareHost(options.hostname);
    if (isIP(host) !== 0 && !isAllowed(host)) callback(new AddressNotAllowed(host), null);
    else connect(options, callback);
  };
}

/**
 * Returns an HTTP client that connects only to addresses which can receive webhooks; without TLS only to those that the
 * operator allows explicitly.
 */
export function guardedAgent(rules: AddressRules, timeout_ms: number): Agent {
  const secure = guardedConnector((address) => rules.allows(address), timeout_ms);
  const plain = guardedConnector((address) => rules.lists(address), timeout_ms);
  return new Agent({
    connect: (options, callback) => (options.protocol === 'https:' ? secure : plain)(options, callback),
    pipelining: 1,
    headersTimeout: timeout_ms,
    bodyTimeout: timeout_ms,
  });
}

/** Removes the brackets of an IPv6 address in a URL. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');
