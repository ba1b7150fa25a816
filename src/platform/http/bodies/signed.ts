import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../errors.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Counts a refused signature against the address; set on routes with `@Signed()`. */
    countRefusal?: () => Promise<void>;
  }
}

/**
 * Runs a check of a signature, which throws `invalid_signature`. A refusal counts against the address as refused
 * credentials do; a message that is signed never does, for a provider may send any number of them from one address.
 * @throws DomainError `invalid_signature`; RateLimited when too many of them came from the address
 */
export async function checkSigned<T>(request: FastifyRequest, check: () => T): Promise<T> {
  try {
    return check();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid_signature') await request.countRefusal?.();
    throw error;
  }
}
