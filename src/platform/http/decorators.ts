import { applyDecorators, createParamDecorator, HttpCode, Param, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiExtraModels, ApiHeader, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Actor, Role } from '../actor.js';
import { ANY_SCOPE, type RequiredScope } from '../scopes.js';
import { NotFound } from '../errors.js';
import { isUuid } from '../database/uuid.js';
import { withRouteConfig } from './bodies/bodies.js';
import { headersDoc } from './openapi/openapi-models.js';
import { argumentsOf } from './queries.js';
import type { View } from './view.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller; set before the body is read, on every route that is not public. */
    actor?: Actor;
  }
  interface FastifyContextConfig {
    /** How the result of the route is serialised. */
    returns?: ReturnsMetadata;
    /** Who can call the route: one of the roles, whoever signs the body, or anybody. */
    access?: RouteAccess;
  }
}

/** Access of a route for callers with one of the roles, and with the scope if their credential is limited. */
export interface CallerAccess {
  readonly roles: readonly Role[];
  readonly scope: RequiredScope;
}

type RouteAccess = CallerAccess | 'signed' | 'anybody';

/** OpenAPI extensions with the roles and the scope of an operation. */
export const ROLES_EXTENSION = 'x-roles';
export const SCOPE_EXTENSION = 'x-scope';

/** Declares a route that needs no credentials. */
export const Public = (): MethodDecorator => withAccess('anybody');

/** The route takes messages that are signed, and checks that itself (`checkSigned`). */
export const Signed = (): MethodDecorator => withAccess('signed');

/** Every route declares its access, so other facts needed for each route are recorded here as well. */
const withAccess =
  (access: RouteAccess): MethodDecorator =>
  (target, key, descriptor) =>
    withRouteConfig({ access, reads: argumentsOf(target, key) })(target, key, descriptor);

/**
 * Declares who can call the route: the scope that a limited credential needs, and the roles. List every role: admin is
 * not implied. A route with neither this nor {@link Public} refuses every caller.
 */
export function Requires(scope: RequiredScope, ...roles: [Role, ...Role[]]): MethodDecorator {
  return applyDecorators(
    withAccess({ roles, scope }),
    ApiBearerAuth(),
    ApiHeader(ACCOUNT),
    ApiExtension(ROLES_EXTENSION, roles),
    ApiExtension(SCOPE_EXTENSION, scope),
    Problem(401, ...UNKNOWN_CALLER),
    Problem(403, ...(scope === ANY_SCOPE ? REFUSED_CALLER : [...REFUSED_CALLER, 'missing_scope'])),
    Problem(404, 'not_found'),
  );
}

const ACCOUNT = {
  name: 'X-Tollgate-Account',
  required: false,
  description: 'Organization that the request is for; the caller must be an active member. 404 for everybody else.',
  schema: { type: 'string' as const, example: 'org_5f0c2e9ab1d84c6e9f3a7b21' },
};

const UNKNOWN_CALLER = [
  'missing_credentials',
  'invalid_token',
  'token_expired',
  'key_expired',
  'key_revoked',
  'key_rotated',
];
const REFUSED_CALLER = ['forbidden', 'key_paused', 'key_address_not_allowed'];

/** Injects the caller: `list(@By() actor: Actor)`. */
export const CurrentActor = createParamDecorator((_data: unknown, context: ExecutionContext): Actor => {
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

/** Injects a UUID from the path: `get(@Id() id: string)`. Responds 404 if it is not a UUID. */
export const Id = (name = 'id'): ParameterDecorator => Param(name, uuidOr404);

/** How the result of a route is serialised. */
export interface ReturnsMetadata {
  readonly view: View | null;
  readonly list: boolean;
  readonly nullable: boolean;
  readonly even_unready: boolean;
  readonly has_etag: boolean;
}

export interface ReturnsOptions {
  /** 200 by default; 201 for created resources, 202 if work continues afterwards, 204 without a body. */
  status?: number;
  /** An array or a Page of the view; always a bare array on the wire. */
  list?: boolean;
  /** The response can be `null`. */
  nullable?: boolean;
  /** The route responds even while the service is not ready. */
  even_unready?: boolean;
  /** Callers can revalidate the response (If-None-Match). */
  has_etag?: boolean;
  /** Media types of the response in addition to JSON. */
  also_as?: readonly string[];
  /** Additional headers, besides those implied by the other options. */
  headers?: Parameters<typeof headersDoc>;
  description?: string;
}

/**
 * Declares the response of a route: sets the status, documents it, and sends only the documented properties of the
 * view. A null view means a response without a body (204).
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
 * Documents an error response: the status, or a range such as `4XX`, and its possible codes. Errors that any route can
 * return are documented automatically (openapi-problems.ts).
 */
export const Problem = (status: ProblemStatus, ...codes: string[]): MethodDecorator & ClassDecorator =>
  ApiResponse({ status, description: codes.map((code) => `\`${code}\``).join(', ') });

/** A result with additional headers, such as `Idempotency-Hit: true`. */
export class WithHeaders<T> {
  constructor(
    readonly result: T,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}
