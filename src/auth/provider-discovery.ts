import { z } from 'zod';

const TIMEOUT_MS = 3_000;

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url(), token_endpoint: z.url().optional() });

/** What an identity provider says about itself (OpenID Connect Discovery). */
export type ProviderMetadata = z.output<typeof discovery>;

/** Fetches the metadata of an identity provider. @throws Error if it does not answer, or names another issuer */
export async function discoverProvider(issuer: string): Promise<ProviderMetadata> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const found = discovery.parse(await response.json());
  if (found.issuer !== issuer) throw new Error(`${url} names another issuer: ${found.issuer}`);
  return found;
}
