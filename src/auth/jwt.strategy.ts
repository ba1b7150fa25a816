import type { IncomingHttpHeaders } from 'node:http';
import { Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { DomainError } from '../platform/errors.js';
import type { Claims } from './claims.js';
import { findToken } from './credentials.js';
import type { TokenVerifier } from './token-verifier.js';

type Verifier = Pick<TokenVerifier, 'verify'>;
type Done = (error: unknown, claims?: Claims) => void;

/** The part of a request that identifies the caller. */
export interface Credentials {
  headers: IncomingHttpHeaders;
}

// passport-jwt verifies with jsonwebtoken, which supports neither EdDSA nor JWKS. A replaced JwtVerifier receives what
// the secret provider returns: our verifier, so that one process can run services with different keys.
Object.assign(Strategy, {
  JwtVerifier: (token: string, verifier: Verifier, _options: unknown, done: Done): void => {
    verifier.verify(token).then(
      (claims) => done(null, claims),
      (error: unknown) => done(error),
    );
  },
});

/**
 * passport-jwt's strategy, run without passport's middleware and Nest's guards: those run after the body was read, but
 * callers must be identified before.
 */
export class JwtStrategy extends Strategy {
  constructor(verifier: Verifier) {
    const provide = (_request: unknown, _token: unknown, done: (error: null, given: Verifier) => void): void =>
      done(null, verifier);
    super(
      {
        jwtFromRequest: ({ headers }: Credentials) => tokenOf(headers),
        secretOrKeyProvider: provide as unknown as SecretOrKeyProvider,
      },
      (claims: Claims, done: Done) => done(null, claims),
    );
  }

  /**
   * Returns the claims of a request's token.
   * @throws DomainError unauthenticated `missing_credentials`, `invalid_token` or `token_expired`; unavailable
   *   `identity_provider_unavailable`
   */
  claimsOf(request: Credentials): Promise<Claims> {
    return new Promise((resolve, reject) => {
      const attempt = Object.create(this) as JwtStrategy; // one per request, as passport does
      attempt.success = (claims) => resolve(claims as Claims);
      attempt.error = reject;
      attempt.fail = (reason: unknown) => reject(refusalOf(request, reason));
      attempt.authenticate(request as Parameters<Strategy['authenticate']>[0]);
    });
  }
}

function tokenOf(headers: IncomingHttpHeaders): string | null {
  const token = findToken(headers);
  return typeof token === 'string' ? token : null;
}

/** Returns the reason of a refusal; without a token, what is missing in the headers. */
function refusalOf({ headers }: Credentials, reason: unknown): Error {
  const token = findToken(headers);
  if (token instanceof DomainError) return token;
  return reason instanceof Error ? reason : new Error('a token was refused without a reason');
}
