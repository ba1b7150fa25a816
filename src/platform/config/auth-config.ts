import { webUrl } from './config.values.js';
import type { UserIdForm } from '../values/user-id.js';

export interface AuthConfig {
  /** The shared secret; null if an identity provider signs the tokens. */
  readonly secret: string | null;
  readonly issuer: string;
  readonly audience: string;
  /** Null means discovered from the issuer. */
  readonly jwks_uri: string | null;
  readonly algorithms: readonly string[];
  readonly user_id_claim: string;
  readonly user_id_form: UserIdForm;
  /** Headers, in lower case, in which an API key of role service names the user of a request. */
  readonly forwarded_user_headers: readonly string[];
  /** Client whose roles (`resource_access.<client>.roles`) are used. */
  readonly roles_client: string;
}

const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const KEY_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** A name of a header. */
export const isHeader = (text: string): boolean => /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(text);

/** Checks the authentication variables against each other: exactly one signer must be configured. */
export function authFaults(env: Record<string, string | undefined>): string[] {
  const ofProvider = env.JWT_SECRET === undefined && env.JWT_ISSUER !== undefined;
  const faults = ofProvider ? providerFaults(env) : secretFaults(env);
  const known = ofProvider ? KEY_ALGORITHMS : SECRET_ALGORITHMS;
  if (env.JWT_ALGORITHMS?.split(',').some((name) => !known.includes(name.trim()))) {
    faults.push(`JWT_ALGORITHMS must be a comma-separated list of ${known.join(', ')}`);
  }
  return faults;
}

function secretFaults({ JWT_SECRET, JWT_JWKS_URI, ...env }: Record<string, string | undefined>): string[] {
  const faults: string[] = [];
  if (JWT_SECRET === undefined && (JWT_JWKS_URI !== undefined || !ownsSecret(env))) {
    faults.push(
      'JWT_SECRET or JWT_ISSUER must be set: a shared secret, or the URL of the identity provider that signs tokens',
    );
  }
  if (JWT_SECRET !== undefined && JWT_JWKS_URI !== undefined) {
    faults.push('JWT_JWKS_URI must be absent when JWT_SECRET is set');
  }
  return faults;
}

function providerFaults({ JWT_ISSUER, JWT_AUDIENCE }: Record<string, string | undefined>): string[] {
  const faults: string[] = [];
  if (!webUrl.safeParse(JWT_ISSUER).success)
    faults.push('JWT_ISSUER must be an http or https URL when JWT_SECRET is absent');
  if (JWT_AUDIENCE === undefined) faults.push('JWT_AUDIENCE must be set together with JWT_ISSUER');
  return faults;
}

/** Returns whether the service can generate its own secret: only in embedded mode, and never in production. */
export function ownsSecret(env: Record<string, unknown>): boolean {
  return env.DATABASE_URL === undefined && env.NODE_ENV !== 'production';
}
