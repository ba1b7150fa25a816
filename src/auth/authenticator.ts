import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors.js';
import { SignIns } from '../platform/sign-ins.js';
import { isOrganizationId } from '../platform/values/organization-id.js';
import { addressOf } from '../platform/http/address.js';
import { KeyCallers } from '../keys/callers/key-callers.js';
import { isPortalToken } from '../portal/portal-token.js';
import { PortalSessions } from '../portal/portal-sessions.service.js';
import { emailFault, rolesOf, userIdFault, userIdOf, verifiedEmailOf } from './claims.js';
import { findToken } from './credentials.js';
import { JwtStrategy } from './jwt.strategy.js';
import { VerifiedTokenCache } from './verified-token-cache.js';
import { TokenVerifier } from './token-verifier.js';

/** The part of a request that identifies the caller. */
type Request = Pick<FastifyRequest, 'headers' | 'ip'> & Partial<Pick<FastifyRequest, 'ips'>>;

/** Identifies callers. */
@Injectable()
export class Authenticator {
  private readonly strategy: JwtStrategy;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    verifier: TokenVerifier,
    private readonly verified: VerifiedTokenCache,
    private readonly portal: PortalSessions,
    private readonly keys: KeyCallers,
    private readonly signIns: SignIns,
  ) {
    this.strategy = new JwtStrategy(verifier);
  }

  /** Returns the caller if the token was verified recently; otherwise undefined. */
  known(request: Request): Caller | undefined {
    const token = findToken(request.headers);
    if (typeof token !== 'string') return undefined;
    return this.isKey(token) ? this.keys.known(token, addressOf(request)) : this.verified.find(token);
  }

  /**
   * Verifies the credentials of a request and returns the caller. Sessions of the portal are looked up each time, so
   * that they end immediately.
   * @throws DomainError unauthenticated `missing_credentials`, `invalid_token` or `token_expired`; unavailable
   *   `identity_provider_unavailable`; what {@link KeyCallers.verify} throws for an API key
   */
  async verify(request: Request): Promise<Caller> {
    const { headers } = request;
    const token = findToken(headers);
    if (typeof token === 'string' && isPortalToken(token)) return this.portal.callerOf(token);
    if (typeof token === 'string' && this.isKey(token)) return this.keys.verify(token, addressOf(request));
    const claims = await this.strategy.claimsOf({ headers });
    const { user_id_claim, roles_client } = this.config.auth;
    const user_id = userIdOf(claims, user_id_claim);
    const fault = user_id === null ? userIdFault(claims, user_id_claim) : emailFault(claims, user_id_claim);
    if (user_id === null || fault !== null) throw new DomainError('unauthenticated', 'invalid_token', fault ?? '');
    if (isOrganizationId(user_id)) {
      throw new DomainError(
        'unauthenticated',
        'invalid_token',
        'User ids that begin with org_ belong to organizations.',
      );
    }
    const { exp = 0 } = claims;
    const email = verifiedEmailOf(claims);
    const sign_in = {
      method: 'token' as const,
      expires_at: new Date(exp * 1000),
      ...(email !== null && { verified_email: email }),
    };
    const caller = { user_id, roles: rolesOf(claims, roles_client), sign_in };
    await this.signIns.announce(caller);
    this.verified.remember(token as string, exp, caller);
    return caller;
  }

  private isKey(token: string): boolean {
    return !isPortalToken(token) && this.keys.isCandidate(token);
  }
}
