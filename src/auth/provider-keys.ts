import { Logger } from '@nestjs/common';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { DomainError } from '../platform/errors.js';
import { discoverProvider } from './provider-discovery.js';

const TIMEOUT_MS = 3_000;
/** Minimum time between two fetches for unknown keys, so that forged key ids cannot flood the provider. */
const COOLDOWN_MS = 2_000;
const KEYS_MAX_AGE_MS = 600_000;
const RETRY_AFTER_S = 5;

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

const log = new Logger('auth');

/**
 * Returns a look-up of an identity provider's public keys. They are fetched on first use, for an unknown key id
 * (rotation), and every ten minutes (revocation). Without an address, it is discovered from the issuer. `onChange` is
 * called for every new key set.
 */
export function providerKeys(issuer: string, address: string | null, onChange: () => void): JWTVerifyGetKey {
  let keys: Promise<RemoteKeys> | null = null;
  let known: unknown;
  const remote = async (): Promise<RemoteKeys> => {
    const url = new URL(address ?? (await discoverProvider(issuer)).jwks_uri);
    return createRemoteJWKSet(url, {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: COOLDOWN_MS,
      cacheMaxAge: KEYS_MAX_AGE_MS,
    });
  };
  return async (header, token) => {
    try {
      keys ??= remote();
      const find = await keys.catch((error: unknown) => {
        keys = null; // the next token retries
        throw error;
      });
      const key = await find(header, token);
      const set = find.jwks();
      if (set !== known) onChange();
      known = set;
      return key;
    } catch (error) {
      if (saysSomethingOfTheToken(error)) throw error;
      throw away(error);
    }
  };
}

/** Whether an error is about the token. jose reports an unreachable provider and an invalid answer as other errors. */
function saysSomethingOfTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

function away(error: unknown): DomainError {
  log.warn(`the identity provider's keys cannot be fetched: ${String(error)}`);
  return new DomainError(
    'unavailable',
    'identity_provider_unavailable',
    'The identity provider that issues tokens is not responding. Try again shortly.',
    { retry_after_s: RETRY_AFTER_S },
  );
}
