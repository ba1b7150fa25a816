import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from '../database/paging.js';
import { type ReturnsMetadata, WithHeaders } from './decorators.js';
import type { AnswerForm } from './legacy-forms.js';
import { pageHeaders } from './page.js';
import { toWire } from './view.js';

/**
 * Serialises the results of routes as declared by `@Returns`. It is a Fastify hook because a Nest interceptor wraps
 * every call in observables, which costs more than the rest of the route.
 */
export function registerAnswers(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (request, reply, payload: unknown, done) => {
    const { returns } = request.routeOptions.config;
    // problems are already text; other responses with an error status are not the route's result
    if (!returns || reply.statusCode >= 400) done(null, payload);
    else done(null, answerOf(returns, payload, request, reply));
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (payload !== null || request.routeOptions.config.returns?.nullable !== true || reply.statusCode >= 400) {
      done(null, payload);
      return;
    }
    reply.type('application/json; charset=utf-8'); // Fastify would send null as an empty body
    done(null, 'null');
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const isTagged = request.routeOptions.config.returns?.has_etag === true && reply.statusCode === 200;
    done(null, isTagged && typeof payload === 'string' ? unlessKnown(payload, request, reply) : payload);
  });
}

/** Sets an ETag with the digest of the response; replies 304 without a body if the caller already has it. */
function unlessKnown(payload: string, request: FastifyRequest, reply: FastifyReply): string | null {
  const etag = `"${createHash('sha256').update(payload).digest('base64url')}"`;
  reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (!isKnown(request, etag)) return payload;
  reply.code(304).removeHeader('content-type').removeHeader('content-length');
  return null;
}

/** Returns whether the caller already has the response with this ETag. */
export function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}

function answerOf(
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
  if (request.answer_form) return inForm(request.answer_form, result);
  if (!list) return toWire(view, result as object);
  const items = isPage(result) ? withPageHeaders(result, request, reply) : (result as object[]);
  return items.map((item) => toWire(view, item));
}

/** Converts the result to the form that earlier clients read. */
function inForm({ view, of }: AnswerForm, result: unknown): unknown {
  return toWire(view, of(isPage(result) ? result.items : result));
}

function isPage(result: unknown): result is Page<object> {
  return typeof result === 'object' && result !== null && !Array.isArray(result) && 'items' in result;
}

function withPageHeaders(page: Page<object>, request: FastifyRequest, reply: FastifyReply): object[] {
  reply.headers(pageHeaders(page, request.originalUrl));
  return page.items;
}
