import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actsForOthers } from '../../actor.js';
import { DomainError } from '../../errors.js';
import { addressOf, networkOf } from '../address.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Reports the actual size of a body that uses the budget. */
    keepOfBody?: (bytes: number) => void;
  }
}

/** Smaller bodies are always accepted, so that charges never wait for uploads. */
const SMALL_BYTES = 64 * 1024;
/** Share of the budget for one plain user, or one address without credentials. */
const SHARE = 1 / 4;
const RETRY_AFTER_S = 2;

/** Budget of bytes for large bodies in memory. Bytes are returned when the request is answered. */
export class BodyBudget {
  private used = 0;
  private readonly byTaker = new Map<string, number>();

  constructor(private readonly max_bytes: number) {}

  /**
   * Takes bytes from the budget. A `taker` is limited to a share of it; null is not limited.
   * @returns a function that sets how many of them are still needed
   * @throws DomainError unavailable `overloaded` if the budget is used up; rate_limited `too_much_in_flight` if the
   * share is used up
   */
  take(taker: string | null, bytes: number): (needed: number) => void {
    if (this.used + bytes > this.max_bytes) {
      const detail = 'Too many large requests are in progress. Try again shortly.';
      throw new DomainError('unavailable', 'overloaded', detail, { retry_after_s: RETRY_AFTER_S });
    }
    const taken = taker === null ? 0 : (this.byTaker.get(taker) ?? 0);
    if (taker !== null && taken + bytes > this.max_bytes * SHARE) {
      const detail = 'Too many of your large requests are in progress. Wait until some of them are answered.';
      throw new DomainError('rate_limited', 'too_much_in_flight', detail, { retry_after_s: RETRY_AFTER_S });
    }
    this.add(taker, bytes);
    let held = bytes;
    return (needed) => {
      this.add(taker, needed - held);
      held = needed;
    };
  }

  private add(taker: string | null, bytes: number): void {
    this.used += bytes;
    if (taker === null) return;
    const rest = (this.byTaker.get(taker) ?? 0) + bytes;
    if (rest === 0) this.byTaker.delete(taker);
    else this.byTaker.set(taker, rest);
  }
}

/** Refuses large bodies that exceed the budget before they are read. Register it after authentication. */
export function registerBodyBudget(fastify: FastifyInstance, max_bytes: number): void {
  const budget = new BodyBudget(max_bytes);
  fastify.addHook('onRequest', (request, reply, done) => {
    const bytes = bytesOf(request);
    if (bytes > SMALL_BYTES && bytes <= request.routeOptions.bodyLimit) {
      const keep = budget.take(takerOf(request), bytes);
      request.keepOfBody = keep;
      reply.raw.once('close', () => keep(0));
    }
    done();
  });
}

/** Returns the announced length of the body, or the route's maximum if none is announced. */
function bytesOf({ headers, routeOptions }: FastifyRequest): number {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (length !== undefined) return Number(length);
  return encoding === undefined ? 0 : routeOptions.bodyLimit;
}

function takerOf(request: FastifyRequest): string | null {
  const { actor } = request;
  if (actor === undefined) return `address ${networkOf(addressOf(request))}`;
  return actsForOthers(actor) ? null : `user ${actor.user_id}`;
}
