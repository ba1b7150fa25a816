import { Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { CallerRates } from '../keys/rates/caller-rates.js';
import { DomainError } from '../platform/errors.js';
import { addressOf, networkOf } from '../platform/http/address.js';
import type { CallerAccess } from '../platform/http/decorators.js';
import { ACCOUNT_HEADER, MemberCallers } from '../memberships/member-callers.js';
import { AddressLimits, rateLimitHeaders } from '../platform/http/rate-limits.js';
import { Authenticator } from './authenticator.js';
import { actingCaller } from './forwarded-user.js';
import { assertAllowed } from './own-part.js';

/**
 * Guards every route before its body is read: public routes pass, others need credentials with one of the required
 * roles and, if the credentials are limited, with the required scope. Also enforces the rate limits.
 */
@Injectable()
export class Access {
  private readonly log = new Logger('auth');
  private readonly addresses: AddressLimits;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly authenticator: Authenticator,
    private readonly rates: CallerRates,
    private readonly members: MemberCallers,
  ) {
    this.addresses = new AddressLimits(config.limits.requests_per_address);
  }

  /** Registers a Fastify hook. Nest's guards run only after the body was read and parsed. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      const waits = this.admit(request, reply);
      if (waits) waits.then(() => done(), done);
      else done();
    });
  }

  /**
   * Admits a request. Known callers without a limit pass synchronously; a promise per request would cost more than
   * everything else here.
   */
  private admit(request: FastifyRequest, reply: FastifyReply): Promise<void> | void {
    const { url, config } = request.routeOptions;
    if (url?.startsWith(this.config.base_path) !== true) return; // documentation, health, or an unknown route
    if (config.access === 'anybody') return this.countAddress(request, reply);
    if (config.access === 'signed') {
      request.countRefusal = () => this.countRefusal(request);
      return;
    }
    if (config.access === undefined) {
      this.log.error(`${request.method} ${url} has neither @Public(), @Signed() nor @Requires()`);
      throw new DomainError('forbidden', 'forbidden', 'This route cannot be called.');
    }
    const known = this.authenticator.known(request);
    const acting = known && this.actingAs(request, known);
    if (!acting || this.rates.isLimited(acting)) return this.admitCaller(request, reply, acting);
    return this.enter(request, acting);
  }

  private async admitCaller(request: FastifyRequest, reply: FastifyReply, known: Caller | undefined): Promise<void> {
    const caller = known ?? this.actingAs(request, await this.verified(request));
    const left = await this.rates.count(caller);
    if (left) reply.headers(rateLimitHeaders(left, left.remaining));
    await this.enter(request, caller);
  }

  /** Refused credentials count against the address; valid ones do not, because many callers can share one. */
  private async verified(request: FastifyRequest): Promise<Caller> {
    try {
      return await this.authenticator.verify(request);
    } catch (error) {
      const isRefusal = error instanceof DomainError && error.kind === 'unauthenticated';
      if (isRefusal) await this.countRefusal(request);
      throw error;
    }
  }

  private async countRefusal(request: FastifyRequest): Promise<void> {
    await this.addresses.count(networkOf(addressOf(request)));
  }

  private async countAddress(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.headers(await this.addresses.count(networkOf(addressOf(request))));
  }

  private actingAs(request: FastifyRequest, caller: Caller): Caller {
    return actingCaller(caller, request.headers, this.config.auth.forwarded_user_headers);
  }

  /**
   * @throws DomainError `forbidden` naming the role that is missing, or `missing_scope` naming the scope; NotFound for an
   *   organization that the caller is no member of; InvalidInput
   */
  private enter(request: FastifyRequest, caller: Caller): Promise<void> | void {
    const named = request.headers[ACCOUNT_HEADER];
    const acting = this.members.of(caller, typeof named === 'string' ? named : undefined);
    if (acting instanceof Promise) return acting.then((found) => this.enterAs(request, found));
    this.enterAs(request, acting);
  }

  private enterAs(request: FastifyRequest, caller: Caller): void {
    request.actor = { ...caller, request_id: request.id, ip: addressOf(request) };
    assertAllowed(request, caller, request.routeOptions.config.access as CallerAccess);
  }
}
