import { Injectable, Logger, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard as PassportGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import type { Role } from '../platform/actor.js';
import { DomainError } from '../platform/errors.js';
import { PUBLIC_KEY, ROLES_KEY } from '../platform/http/decorators.js';
import { SeenTokens } from './seen-tokens.js';

/** Stands before every route: public ones pass, others need a token with one of the roles they name. */
@Injectable()
export class AuthGuard extends PassportGuard('jwt') {
  private readonly log = new Logger('auth');
  private readonly routes = new WeakMap<object, readonly Role[] | 'anybody'>();

  constructor(
    private readonly reflector: Reflector,
    private readonly seen: SeenTokens,
  ) {
    super({ property: 'actor' });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const roles = this.rolesOf(context);
    if (roles === 'anybody') return true;
    if (roles.length === 0) {
      this.log.error(`${context.getClass().name}.${context.getHandler().name} says neither @Public() nor @Requires()`);
      throw new DomainError('forbidden', 'forbidden', 'Nobody may call this route.');
    }
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = this.seen.find(request.headers.authorization);
    if (caller) request.actor = { ...caller, request_id: request.id, ip: request.ip };
    else await super.canActivate(context);
    const { actor } = request;
    if (actor && roles.some((role) => actor.roles.includes(role))) return true;
    const needed = roles.length === 1 ? `the role ${roles[0]}` : `one of the roles ${roles.join(', ')}`;
    throw new DomainError('forbidden', 'forbidden', `This call needs ${needed}.`);
  }

  private rolesOf(context: ExecutionContext): readonly Role[] | 'anybody' {
    const handler = context.getHandler();
    const known = this.routes.get(handler);
    if (known) return known;
    const places = [handler, context.getClass()];
    const isPublic = this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_KEY, places);
    const roles = this.reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES_KEY, places);
    const found = isPublic ? 'anybody' : (roles ?? []);
    this.routes.set(handler, found);
    return found;
  }

  /** Passport's verdict: `info` is the reason of a refusal. */
  override handleRequest<TUser>(error: unknown, actor: TUser | false | undefined, info: unknown): TUser {
    if (error instanceof Error) throw error;
    if (actor) return actor;
    if (info instanceof DomainError) throw info;
    throw new DomainError('unauthenticated', 'missing_credentials', 'Send a token: Authorization: Bearer <JWT>.');
  }
}
