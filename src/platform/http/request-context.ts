import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const context = new AsyncLocalStorage<{ readonly request_id: string }>();

/** The caller's X-Request-Id where it is harmless to log, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The id of the request being served, for log lines written far below the controller. */
export function currentRequestId(): string | undefined {
  return context.getStore()?.request_id;
}

/** Answers every request with its id, and keeps the id at hand while the request is served. */
export function registerRequestContext(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    context.run({ request_id: request.id }, done);
  });
  // a body arrives on the socket's own async context, where the id is not known any more
  fastify.addHook('preValidation', (request, _reply, done) => context.run({ request_id: request.id }, done));
}
