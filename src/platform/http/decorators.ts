import { applyDecorators, createParamDecorator, HttpCode, Param, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Actor, Role } from '../actor.js';
import { NotFound } from '../errors.js';
import { isUuid } from '../uuid.js';
import { withRouteConfig } from './bodies.js';
import { headersDoc } from './openapi-models.js';
import { argumentsOf } from './queries.js';
import type { View } from './view.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; set before the body is read, on every route that is not public. */
    actor?: Actor;
  }
  interface FastifyContextConfig {
    /** How the result of the route becomes its answer. */
    returns?: ReturnsMetadata;
    /** Who may call the route: one of the roles, or anybody. */
    access?: readonly Role[] | 'anybody';
  }
}

/** Extension of an OpenAPI operation that lists its roles. */
export const ROLES_EXTENSION = 'x-roles';

/** The route answers anybody. */
export const Public = (): MethodDecorator => withAccess('anybody');

/** Every route says who may call it, so that this is the place to note what else must be known of each. */
const withAccess =
  (access: readonly Role[] | 'anybody'): MethodDecorator =>
  (target, key, descriptor) =>
    withRouteConfig({ access, reads: argumentsOf(target, key) })(target, key, descriptor);

/**
 * Who may call the route. Every role that may is listed: admin is not implied. A route with neither this nor
 * {@link Public} is refused to everybody.
 */
export function Requires(...roles: [Role, ...Role[]]): MethodDecorator {
  return applyDecorators(
    withAccess(roles),
    ApiBearerAuth(),
    ApiExtension(ROLES_EXTENSION, roles),
    Problem(401, 'missing_credentials', 'invalid_token', 'token_expired'),
    Problem(403, 'forbidden'),
  );
}

/** The caller: `list(@By() actor: Actor)`. */
export const By = createParamDecorator((_data: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
  if (actor === undefined) throw new TypeError('@By() is on a route without @Requires()');
  return actor;
});

const uuidOr404 = {
  transform(value: unknown): string {
    if (isUuid(value)) return value.toLowerCase();
    throw new NotFound('Resource');
  },
};

/** A UUID from the path: `get(@Id() id: string)`. What is no UUID names nothing: 404. */
export const Id = (name = 'id'): ParameterDecorator => Param(name, uuidOr404);

/** How the result of a route becomes its answer. */
export interface ReturnsMetadata {
  readonly view: View | null;
  readonly list: boolean;
  readonly nullable: boolean;
  readonly even_unready: boolean;
  readonly has_etag: boolean;
}

export interface ReturnsOptions {
  /** 200 unless a thing is created (201), work goes on afterwards (202) or there is no body (204). */
  status?: number;
  /** An array or a Page of the view; always a bare array on the wire. */
  list?: boolean;
  /** The answer may be `null`. */
  nullable?: boolean;
  /** The route answers even while the service is not ready. */
  even_unready?: boolean;
  /** Callers may ask whether the answer is still the same (If-None-Match). */
  has_etag?: boolean;
  /** Media types in which the answer can be had besides JSON. */
  also_as?: readonly string[];
  /** Headers of its own, besides those that follow from the other options. */
  headers?: Parameters<typeof headersDoc>;
  description?: string;
}

/**
 * The answer of a route: sets its status, documents it, and lets nothing through but the documented properties of the
 * view. A null view is an answer without a body (204).
 */
export function Returns(view: View | null, options: ReturnsOptions = {}): MethodDecorator {
  const { list = false, nullable = false, even_unready = false, has_etag = false, description = '' } = options;
  const status = options.status ?? (view === null ? 204 : 200);
  const returns: ReturnsMetadata = { view, list, nullable, even_unready, has_etag };
  const decorators = [withRouteConfig({ returns }), HttpCode(status)];
  if (view === null) return applyDecorators(...decorators, ApiResponse({ status, description }));
  if (has_etag) decorators.push(ApiResponse(UNCHANGED));
  const content = contentDoc(view, options);
  const headers = headersDoc(
    ...(list ? (['X-Next-Cursor', 'Link', 'X-Total-Count'] as const) : []),
    ...(has_etag ? (['ETag'] as const) : []),
    ...(options.headers ?? []),
  );
  return applyDecorators(...decorators, ApiExtraModels(view), ApiResponse({ status, description, headers, content }));
}

const UNCHANGED = { status: 304, description: 'As `If-None-Match` names it.', headers: headersDoc('ETag') };

function contentDoc(view: View, { list, nullable, also_as = [] }: ReturnsOptions) {
  const ref = { $ref: getSchemaPath(view) };
  const one = nullable ? { nullable: true, allOf: [ref] } : ref;
  const text = { schema: { type: 'string' as const } };
  return {
    'application/json': { schema: list ? { type: 'array' as const, items: one } : one },
    ...Object.fromEntries(also_as.map((media) => [media, text])),
  };
}

/** A status, or a range of them. */
export type ProblemStatus = number | '4XX' | '5XX';

/**
 * Documents a refusal: its status, or a range such as `4XX`, and the codes it may carry. What any route may answer with
 * is documented without it (openapi-problems.ts).
 */
export const Problem = (status: ProblemStatus, ...codes: string[]): MethodDecorator & ClassDecorator =>
  ApiResponse({ status, description: codes.map((code) => `\`${code}\``).join(', ') });

/** A result together with headers of its own, such as `Idempotency-Hit: true`. */
export class WithHeaders<T> {
  constructor(
    readonly result: T,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}
