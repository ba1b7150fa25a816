import { isIP } from 'node:net';
import type { z } from 'zod';
import { list } from './config.values.js';

/** Settings of the webhooks that are sent to operators' endpoints. */
export interface WebhooksConfig {
  /** Networks in CIDR notation whose addresses can receive webhooks, although they are not public. */
  readonly allowed_networks: readonly string[];
}

/** Addresses of one's own machine, for developers. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** Environment variables for webhooks. */
export const WEBHOOKS_ENVIRONMENT = {
  WEBHOOK_ALLOWED_NETWORKS: list(
    isCidr,
    'networks in CIDR notation such as 10.1.0.0/16, separated by commas',
  ).optional(),
};

/** Builds the configuration. A developer's own machine can receive webhooks by default. */
export function buildWebhooks(
  { WEBHOOK_ALLOWED_NETWORKS: networks }: z.output<z.ZodObject<typeof WEBHOOKS_ENVIRONMENT>>,
  is_development: boolean,
): WebhooksConfig {
  return { allowed_networks: networks ?? (is_development ? LOOPBACK : []) };
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = address.includes('%') ? 0 : isIP(address);
  return version !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}
