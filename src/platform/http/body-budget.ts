import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actsForOthers } from '../actor.js';
import { DomainError } from '../errors.js';
import { addressOf, networkOf } from './address.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Says how long the body turned out to be, where it takes from the budget. */
    keepOfBody?: (bytes: number) => void;
  }
}

/** Bodies up to this size pass whatever else is in flight: charges never wait for somebody's uploads. */
const SMALL_BYTES = 64 * 1024;
/** What one plain user, or one address without credentials, may take of the whole. */
const SHARE = 1 / 4;
const RETRY_AFTER_S = 2;

/** Bytes of large bodies in memory at once, until their requests are answered. */
export class BodyBudget {
  private used = 0;
  private readonly byTaker = new Map<string, number>();

  constructor(private readonly max_bytes: number) {}

  /**
   * Takes bytes out of the budget; `taker` is who may only have a share of it, null who may have all.
   * @returns sets how many of them are still needed
   * @throws DomainError unavailable `overloaded` when the budget is used up; rate_limited `too_much_in_flight` when the
   *   share is
   */
  take(taker: string | null, bytes: number): (needed: number) => void {
    if (this.used + bytes > this.max_bytes) {
      const detail = 'Too many large requests are in flight. Try again shortly.';
      throw new DomainError('unavailable', 'overloaded', detail, { retry_after_s: RETRY_AFTER_S });
    }
    const taken = taker === null ? 0 : (this.byTaker.get(taker) ?? 0);
    if (taker !== null && taken + bytes > this.max_bytes * SHARE) {
      const detail = 'Too many of your large requests are in flight. Wait until some of them are answered.';
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

/** Refuses large bodies that the budget has no room for, before they are read. After whoever tells who is calling. */
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

/** A body of no announced length may become as large as the route takes. */
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
