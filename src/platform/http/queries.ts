import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInput } from '../errors.js';
import { copied } from '../values/json-numbers.js';
import { propertiesOf, type View } from './view.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Arguments that the handler of the route reads. */
    reads?: RouteArguments;
  }
}

/** Arguments that a handler reads from a request. */
export interface RouteArguments {
  /** Class of the query; null for a handler that reads none. */
  readonly query: View | null;
  /** Class of the body. */
  readonly body: View | null;
}

/** Parameters that proxies and browsers add to bypass caches. */
const IGNORED = ['_', '_t'];
const ACCOUNT = 'user_id';

/** Determines the arguments of a controller method from its parameter decorators. */
export function argumentsOf(target: object, key: string | symbol): RouteArguments {
  const marked = (Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, key) ?? {}) as Record<
    string,
    { index: number }
  >;
  const types = (Reflect.getMetadata('design:paramtypes', target, key) ?? []) as View[];
  const placeOf = (kind: RouteParamtypes): number | undefined =>
    Object.entries(marked).find(([name]) => name.startsWith(`${kind}:`))?.[1].index;
  const body = placeOf(RouteParamtypes.BODY);
  const query = placeOf(RouteParamtypes.QUERY);
  return {
    query: query === undefined ? null : (types[query] ?? null),
    body: body === undefined ? null : (types[body] ?? null),
  };
}

/**
 * Applies the common rules for queries to every route: `_` and `_t` are ignored, unknown parameters are refused, and
 * `user_id` is accepted in the query as well as in the body.
 */
export function registerQueries(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.url.includes('?')) checkQuery(request);
    done();
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (request.url.includes('?') && namesAccount(request)) moveAccount(request);
    done();
  });
}

function checkQuery(request: FastifyRequest): void {
  if (/[?&]user_id=[^&]*\+/.test(request.url)) {
    const message = 'contains a +, which means a space in a query: write %2B for a plus sign, %20 for a space';
    throw new InvalidInput([{ field: ACCOUNT, message }]);
  }
  const query = without(request.query as Record<string, unknown>, IGNORED);
  request.query = query;
  const { reads } = request.routeOptions.config;
  if (!reads || reads.query) return; // the handler's class validates the query
  const unknown = Object.keys(query).filter((name) => name !== ACCOUNT || !namesAccount(request));
  if (unknown.length === 0) return;
  throw new InvalidInput(unknown.map((field) => ({ field, message: 'is not a known query parameter' })));
}

/** Returns whether the body of the route has a user_id. */
function namesAccount({ routeOptions }: FastifyRequest): boolean {
  const body = routeOptions.config.reads?.body ?? null;
  return body !== null && propertiesOf(body).includes(ACCOUNT);
}

function moveAccount(request: FastifyRequest): void {
  const query = request.query as Record<string, unknown>;
  const named = query[ACCOUNT];
  if (named === undefined) return;
  const body: unknown = request.body ?? {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return; // the body itself is refused later
  const given = (body as Record<string, unknown>)[ACCOUNT] ?? named;
  if (given !== named) {
    throw new InvalidInput([{ field: ACCOUNT, message: 'must be the same in the query and in the body' }]);
  }
  request.query = without(query, [ACCOUNT]);
  request.body = copied(body, { ...body, [ACCOUNT]: named });
}

const without = (query: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(query).filter(([name]) => !names.includes(name)));
