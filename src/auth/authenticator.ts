import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors.js';
import { isPortalToken } from '../portal/portal-token.js';
import { PortalSessions } from '../portal/portal-sessions.service.js';
import { emailFault, rolesOf, userIdFault, userIdOf } from './claims.js';
import { findToken } from './credentials.js';
import { JwtStrategy } from './jwt.strategy.js';
import { VerifiedTokenCache } from './verified-token-cache.js';
import { TokenVerifier } from './token-verifier.js';

/** Identifies callers. */
@Injectable()
export class Authenticator {
  private readonly strategy: JwtStrategy;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    verifier: TokenVerifier,
    private readonly verified: VerifiedTokenCache,
    private readonly portal: PortalSessions,
  ) {
    this.strategy = new JwtStrategy(verifier);
  }

  /** Returns the caller if the token was verified recently; otherwise undefined. */
  known({ headers }: Pick<FastifyRequest, 'headers'>): Caller | undefined {
    const token = findToken(headers);
    return typeof token === 'string' ? this.verified.find(token) : undefined;
  }

  /**
   * Verifies the credentials of a request and returns the caller. Sessions of the portal are looked up each time, so
   * that they end immediately.
   * @throws DomainError unauthenticated `missing_credentials`, `invalid_token` or `token_expired`; unavailable
   *   `identity_provider_unavailable`
   */
  async verify({ headers }: Pick<FastifyRequest, 'headers'>): Promise<Caller> {
    const token = findToken(headers);
    if (typeof token === 'string' && isPortalToken(token)) return this.portal.callerOf(token);
    const claims = await this.strategy.claimsOf({ headers });
    const { user_id_claim, roles_client } = this.config.auth;
    const user_id = userIdOf(claims, user_id_claim);
    const fault = user_id === null ? userIdFault(claims, user_id_claim) : emailFault(claims, user_id_claim);
    if (user_id === null || fault !== null) throw new DomainError('unauthenticated', 'invalid_token', fault ?? '');
    const { exp = 0 } = claims;
    const sign_in = { method: 'token' as const, expires_at: new Date(exp * 1000) };
    const caller = { user_id, roles: rolesOf(claims, roles_client), sign_in };
    this.verified.remember(token as string, exp, caller);
    return caller;
  }
}
