import { Transform } from 'node:stream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest, preParsingHookHandler } from 'fastify';
import { withRouteConfig } from './bodies.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The original bytes of the body, on routes with `@WithRawBody()`. */
    raw_body?: Buffer;
  }
  interface FastifyContextConfig {
    keeps_raw_body?: boolean;
  }
}

/** Gives the route the original bytes of the body, to verify a signature. */
export const WithRawBody = (): MethodDecorator => withRouteConfig({ keeps_raw_body: true });

/** Injects the bytes of the body: `receive(@RawBody() body: Buffer)`, on a route with {@link WithRawBody}. */
export const RawBody = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Buffer =>
    context.switchToHttp().getRequest<FastifyRequest>().raw_body ?? Buffer.alloc(0),
);

/** Stores the bytes of bodies on routes that need them. Call it before the routes are registered. */
export function registerRawBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.config?.keeps_raw_body) route.preParsing = keepRawBody;
  });
}

/** Copies the bytes before Fastify's parser, which enforces the limits. */
const keepRawBody: preParsingHookHandler = (request, _reply, payload, done) => {
  const chunks: Buffer[] = [];
  const copy = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      chunks.push(chunk);
      next(null, chunk);
    },
    flush(next) {
      request.raw_body = Buffer.concat(chunks);
      next();
    },
  });
  payload.on('error', (error: Error) => copy.destroy(error));
  done(null, payload.pipe(copy));
};
