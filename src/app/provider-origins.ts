import { Logger } from '@nestjs/common';
import { discoverProvider } from '../auth/provider-discovery.js';

/** Time between two attempts while the provider does not answer, so that it does not delay every page. */
const RETRY_MS = 30_000;

const log = new Logger('dashboard');

/**
 * The origins of the identity provider that the sign-in of the dashboard calls: that of the issuer, and that of the
 * token endpoint, which some providers have elsewhere. The provider is asked with the first page, not at startup,
 * because the service starts without it.
 */
export class ProviderOrigins {
  private known: Promise<readonly string[]> | null = null;
  private retry_at = 0;

  /** @param issuer URL of the provider; null if nobody signs in there */
  constructor(private readonly issuer: string | null) {}

  /** Returns the origins. While the provider does not answer, that of the issuer alone. */
  async list(): Promise<readonly string[]> {
    const { issuer } = this;
    if (issuer === null) return [];
    const own = new URL(issuer).origin;
    if (Date.now() < this.retry_at) return [own];
    this.known ??= originsOf(issuer, own);
    return this.known.catch((error: unknown) => {
      log.warn(`the identity provider cannot be asked for its endpoints: ${String(error)}`);
      this.known = null;
      this.retry_at = Date.now() + RETRY_MS;
      return [own];
    });
  }
}

async function originsOf(issuer: string, own: string): Promise<readonly string[]> {
  const { token_endpoint } = await discoverProvider(issuer);
  return [...new Set(token_endpoint === undefined ? [own] : [own, new URL(token_endpoint).origin])];
}
