import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { RETURNS_KEY, WithHeaders, type ReturnsMetadata } from './decorators.js';
import { pageHeaders, type Page } from './page.js';
import { toWire } from './view.js';

/** Turns what a route returns into its answer, as `@Returns` promised it. */
@Injectable()
export class ViewInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const returns = Reflect.getMetadata(RETURNS_KEY, context.getHandler()) as ReturnsMetadata | undefined;
    if (returns === undefined) return next.handle();
    const http = context.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(map((result) => answer(returns, result, http.getRequest<FastifyRequest>(), reply)));
  }
}

function answer(
  { view, list }: ReturnsMetadata,
  given: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  let result = given;
  if (result instanceof WithHeaders) {
    reply.headers(result.headers);
    result = result.result as unknown;
  }
  if (view === null) return undefined;
  if (list) {
    const items = isPage(result) ? withPageHeaders(result, request, reply) : (result as object[]);
    return items.map((item) => toWire(view, item));
  }
  if (result === undefined) throw new TypeError(`a route that returns ${view.name} returned nothing`);
  if (result !== null) return toWire(view, result);
  reply.type('application/json; charset=utf-8'); // Fastify would send null as an empty body
  return 'null';
}

function isPage(result: unknown): result is Page<object> {
  return typeof result === 'object' && result !== null && !Array.isArray(result) && 'items' in result;
}

function withPageHeaders(page: Page<object>, request: FastifyRequest, reply: FastifyReply): object[] {
  reply.headers(pageHeaders(page, request.url));
  return page.items;
}
