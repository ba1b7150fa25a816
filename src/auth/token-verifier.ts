import { createSecretKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import type { AuthConfig } from '../platform/auth-config.js';
import { CONFIG, type Config } from '../platform/config.js';
import { DomainError } from '../platform/errors.js';
import { otherKindOf, type Claims } from './claims.js';
import { providerKeys } from './provider-keys.js';
import { SeenTokens } from './seen-tokens.js';

const CLOCK_TOLERANCE_S = 5;

/** Checks tokens. The one place that decides whether a signature counts. */
@Injectable()
export class TokenVerifier {
  private readonly check: (token: string, options: JWTVerifyOptions) => Promise<JWTVerifyResult>;
  private readonly options: JWTVerifyOptions;

  constructor(@Inject(CONFIG) { auth }: Config, seen: SeenTokens) {
    this.check = checkWith(auth, () => seen.clear());
    this.options = {
      algorithms: [...auth.algorithms],
      issuer: auth.issuer,
      audience: auth.audience,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_S,
    };
  }

  /**
   * The claims of an access token whose signature, algorithm, issuer, audience and expiry hold.
   * @throws DomainError unauthenticated `token_expired` or `invalid_token`; unavailable `identity_provider_unavailable`
   *   when the provider's keys cannot be had, for then nobody can tell
   */
  async verify(token: string): Promise<Claims> {
    if (!isCanonical(token)) throw invalid('The token is not valid.');
    try {
      const { payload, protectedHeader } = await this.check(token, this.options);
      const other = otherKindOf(protectedHeader, payload);
      if (other === null) return payload;
      throw invalid(`The token is no access token: ${other}.`);
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

/** Whether a token is written in its one way: base64url can be read with other last letters, or with padding, too. */
const isCanonical = (token: string): boolean =>
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);

/** The claim that does not fit helps whoever sets the provider up, and tells an attacker nothing. */
function reason(error: Error): string {
  return error instanceof errors.JWTClaimValidationFailed ? `: its claim ${error.claim} is missing or wrong` : '';
}
