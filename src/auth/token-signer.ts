import { createSecretKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import type { Role } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors.js';
import { userIdOf } from './claims.js';

export interface TokenRequest {
  user_id: string;
  roles: readonly Role[];
  /** Seconds until the token expires. */
  ttl_s: number;
}

/** Signs tokens for the CLI and the embedded mode. Requires a shared secret. */
@Injectable()
export class TokenSigner {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /**
   * Returns a signed token.
   * @throws DomainError conflict `no_shared_secret` if an identity provider signs the tokens; invalid `invalid_user_id`
   */
  async signToken({ user_id, roles, ttl_s }: TokenRequest): Promise<string> {
    const { secret, issuer, audience, algorithms, user_id_claim } = this.config.auth;
    const [alg] = algorithms;
    if (secret === null || alg === undefined) {
      throw new DomainError(
        'conflict',
        'no_shared_secret',
        'Tokens are issued by the identity provider, because JWT_SECRET is not set.',
      );
    }
    const claims = {
      roles: [...roles],
      [user_id_claim]: user_id,
      ...(user_id_claim === 'email' && { email_verified: true }),
    };
    if (userIdOf(claims, user_id_claim) === null) {
      throw new DomainError(
        'invalid',
        'invalid_user_id',
        'A user id has 1 to 255 characters, none of them a control character.',
      );
    }
    return new SignJWT(claims)
      .setProtectedHeader({ alg, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + ttl_s)
      .sign(createSecretKey(secret, 'utf8'));
  }
}
