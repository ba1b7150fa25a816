import { Transform } from 'node:stream';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest, preParsingHookHandler } from 'fastify';
import { withRouteConfig } from './bodies.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The bytes of the body as they arrived, on routes with `@KeepsRawBody()`. */
    raw_body?: Buffer;
  }
  interface FastifyContextConfig {
    keeps_raw_body?: boolean;
  }
}

/** The route sees the bytes of its body, for a signature over them. */
export const KeepsRawBody = (): MethodDecorator => withRouteConfig({ keeps_raw_body: true });

/** The bytes of the body: `receive(@RawBody() body: Buffer)`, on a route with {@link KeepsRawBody}. */
export const RawBody = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Buffer =>
    context.switchToHttp().getRequest<FastifyRequest>().raw_body ?? Buffer.alloc(0),
);

/** Keeps the bytes of bodies on the routes that ask for them. Before the routes are known. */
export function registerRawBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.config?.keeps_raw_body) route.preParsing = keepRawBody;
  });
}

/** The bytes are copied on their way to Fastify's parser and its limits. */
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
