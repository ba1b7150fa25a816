import { createSecretKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import type { AuthConfig } from '../platform/config/auth-config.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors.js';
import { otherKindOf, type Claims } from './claims.js';
import { providerKeys } from './provider-keys.js';
import { VerifiedTokenCache } from './verified-token-cache.js';

const CLOCK_TOLERANCE_S = 5;

/** Verifies tokens. The only place that checks signatures. */
@Injectable()
export class TokenVerifier {
  private readonly check: (token: string, options: JWTVerifyOptions) => Promise<JWTVerifyResult>;
  private readonly options: JWTVerifyOptions;

  constructor(@Inject(CONFIG) { auth }: Config, verified: VerifiedTokenCache) {
    this.check = checkWith(auth, () => verified.clear());
    this.options = {
      algorithms: [...auth.algorithms],
      issuer: auth.issuer,
      audience: auth.audience,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_S,
    };
  }

  /**
   * Returns the claims of an access token after checking its signature, algorithm, issuer, audience and expiry.
   * @throws DomainError unauthenticated `token_expired` or `invalid_token`; unavailable `identity_provider_unavailable`
   *   when the provider's keys cannot be fetched
   */
  async verify(token: string): Promise<Claims> {
    if (!isCanonical(token)) throw invalid('The token is not valid.');
    try {
      const { payload, protectedHeader } = await this.check(token, this.options);
      const other = otherKindOf(protectedHeader, payload);
      if (other === null) return payload;
      throw invalid(`The token is not an access token: ${other}.`);
    } catch (error) {
      throw refusal(error);
    }
  }
}

function checkWith({ secret, issuer, jwks_uri }: AuthConfig, onNewKeys: () => void): TokenVerifier['check'] {
  if (secret !== null) {
    const key = createSecretKey(secret, 'utf8');
    return (token, options) => jwtVerify(token, key, options);
  }
  const keys: JWTVerifyGetKey = providerKeys(issuer, jwks_uri, onNewKeys);
  return (token, options) => jwtVerify(token, keys, options);
}

function refusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    return new DomainError('unauthenticated', 'token_expired', 'The token has expired.');
  }
  if (error instanceof errors.JOSEError || error instanceof TypeError) {
    return invalid(`The token is not valid${reason(error)}.`);
  }
  return error;
}

const invalid = (message: string): DomainError => new DomainError('unauthenticated', 'invalid_token', message);

/** Whether a token is encoded canonically: base64url decoders also accept other final characters, or padding. */
const isCanonical = (token: string): boolean =>
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);

/** Names the invalid claim: that helps to configure the provider and reveals nothing to an attacker. */
function reason(error: Error): string {
  return error instanceof errors.JWTClaimValidationFailed ? `: its claim ${error.claim} is missing or wrong` : '';
}
