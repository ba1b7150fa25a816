import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { InvalidInput } from '../../platform/errors.js';
import type { AddressRules } from './address-rules.js';
import { bareHost } from './guarded-connector.js';

const NOT_ALLOWED =
  'must have a public address: private, local and metadata addresses are refused unless WEBHOOK_ALLOWED_NETWORKS lists them';

/**
 * Checks the URL of an endpoint when it is registered: its form, and every address of its host. Each connection checks
 * the addresses again.
 * @throws InvalidInput
 */
export async function assertTarget(text: string, rules: AddressRules): Promise<void> {
  const fault = formFault(text) ?? (await addressFault(new URL(text), rules));
  if (fault !== null) throw new InvalidInput([{ field: 'url', message: fault }]);
}

function formFault(text: string): string | null {
  const url = URL.parse(text);
  if (!url || !['https:', 'http:'].includes(url.protocol)) return 'must be an https URL';
  if (url.username !== '' || url.password !== '') return 'must not contain credentials: use headers for them';
  return url.hash === '' ? null : 'must not contain a fragment';
}

async function addressFault({ protocol, hostname }: URL, rules: AddressRules): Promise<string | null> {
  const host = bareHost(hostname);
  const addresses = isIP(host) === 0 ? await addressesOf(host) : [host];
  if (addresses.length === 0) return `has a host without an address: ${host}`;
  if (!addresses.every((address) => rules.allows(address))) return NOT_ALLOWED;
  const isPlain = protocol === 'http:' && !addresses.every((address) => rules.lists(address));
  return isPlain ? 'must be an https URL; http is only allowed for networks in WEBHOOK_ALLOWED_NETWORKS' : null;
}

async function addressesOf(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true }).catch(() => []); // the host does not exist
  return found.map(({ address }) => address);
}
