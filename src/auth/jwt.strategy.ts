import type { IncomingHttpHeaders } from 'node:http';
import { Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import { DomainError } from '../platform/errors.js';
import type { Claims } from './claims.js';
import { findToken } from './credentials.js';
import type { TokenVerifier } from './token-verifier.js';

type Verifier = Pick<TokenVerifier, 'verify'>;
type Done = (error: unknown, claims?: Claims) => void;

/** What of a request says who calls. */
export interface Credentials {
  headers: IncomingHttpHeaders;
}

// passport-jwt verifies with jsonwebtoken, which knows no EdDSA and no JWKS. Its seam for another verifier gets what the
// secret provider gave: our own, so that one process may hold services with different keys.
Object.assign(Strategy, {
  JwtVerifier: (token: string, verifier: Verifier, _options: unknown, done: Done): void => {
    verifier.verify(token).then(
      (claims) => done(null, claims),
      (error: unknown) => done(error),
    );
  },
});

/**
 * passport-jwt's strategy, run by itself: passport's middleware and Nest's guards come after a body was read, and callers
 * are to be known before.
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
   * The claims of the token that a request carries.
   * @throws DomainError unauthenticated `missing_credentials`, `invalid_token` or `token_expired`; unavailable
   *   `identity_provider_unavailable`
   */
  claimsOf(request: Credentials): Promise<Claims> {
    return new Promise((resolve, reject) => {
      const attempt = Object.create(this) as JwtStrategy; // as passport does: one for each request
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

/** Without a token the headers themselves say what is missing. */
function refusalOf({ headers }: Credentials, reason: unknown): Error {
  const token = findToken(headers);
  if (token instanceof DomainError) return token;
  return reason instanceof Error ? reason : new Error('a token was refused without a reason');
}
