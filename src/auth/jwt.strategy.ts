import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ExtractJwt, Strategy, type SecretOrKeyProvider } from 'passport-jwt';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { DomainError } from '../platform/errors.js';
import { rolesOf, userIdOf, type Claims } from './claims.js';
import { SeenTokens } from './seen-tokens.js';
import { TokenVerifier } from './token-verifier.js';

type Done = (error: unknown, claims?: Claims) => void;
type Verifier = Pick<TokenVerifier, 'verify'>;

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

function handOver(verifier: Verifier): SecretOrKeyProvider {
  const provide = (_request: unknown, _token: unknown, done: (error: null, verifier: Verifier) => void): void =>
    done(null, verifier);
  return provide as unknown as SecretOrKeyProvider;
}

/** Reads `Authorization: Bearer <JWT>` and makes the Actor of a valid token. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    verifier: TokenVerifier,
    private readonly seen: SeenTokens,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: handOver(verifier),
      passReqToCallback: true,
    });
  }

  /**
   * The caller behind verified claims.
   * @throws DomainError unauthenticated `invalid_token` when they name no usable user id
   */
  validate(request: FastifyRequest, claims: Claims): Actor {
    const { user_id_claim, roles_client } = this.config.auth;
    const user_id = userIdOf(claims, user_id_claim);
    if (user_id === null) {
      throw new DomainError(
        'unauthenticated',
        'invalid_token',
        `The token's claim ${user_id_claim} is no usable user id.`,
      );
    }
    const caller = { user_id, roles: rolesOf(claims, roles_client) };
    this.seen.remember(request.headers.authorization ?? '', claims.exp ?? 0, caller);
    return { ...caller, request_id: request.id, ip: request.ip };
  }
}
