import type { Config } from '../platform/config/config.js';
import { DomainError, InvalidInput } from '../platform/errors.js';

/**
 * Returns the page that signs in with a token. The token is in the fragment, so it is in no request, log or Referer.
 * @param origin the origin that the request was sent to; trusted only outside production
 * @throws DomainError unavailable `public_url_not_configured`
 */
export function pageOfSession(token: string, origin: string, config: Pick<Config, 'dashboard' | 'env'>): string {
  return pageWithToken('portal', token, origin, config);
}

/** Returns a page of the dashboard that reads a token from its fragment. The same rules and errors apply. */
export function pageWithToken(
  page: 'portal' | 'invitation',
  token: string,
  origin: string,
  { dashboard, env }: Pick<Config, 'dashboard' | 'env'>,
): string {
  const base = dashboard.public_url ?? (env === 'production' ? null : origin);
  if (base !== null) return `${base}/app/${page}#token=${token}`;
  throw new DomainError(
    'unavailable',
    'public_url_not_configured',
    'The URL of the dashboard is not configured. Set PUBLIC_URL.',
  );
}

/**
 * Returns the URL in canonical form; null if none is given.
 * @throws InvalidInput unless it is an http or https URL on an allowed origin, without credentials
 */
export function returnUrlOf(
  given: string | undefined,
  { return_origins }: Pick<Config['dashboard'], 'return_origins'>,
): string | null {
  if (given === undefined) return null;
  const url = URL.canParse(given) ? new URL(given) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw fault('must be an http or https URL');
  if (url.username !== '' || url.password !== '') throw fault('must not contain credentials');
  if (return_origins.includes(url.origin)) return url.href;
  throw fault(`is on ${url.origin}, which is not one of the origins of PORTAL_RETURN_ORIGINS`);
}

const fault = (message: string): InvalidInput => new InvalidInput([{ field: 'return_url', message }]);
