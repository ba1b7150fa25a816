import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import { ReadinessService } from './health/readiness.service.js';
import type { Config } from './platform/config.js';
import { createLogger, PinoNestLogger, registerRequestLog } from './platform/http/logging.js';
import { openApiDocument } from './platform/http/openapi.js';
import { refuseSocket, sendProblem } from './platform/http/problem.filter.js';
import { registerRequestContext, requestIdOf } from './platform/http/request-context.js';

const REQUEST_TIMEOUT_MS = 30_000;
const PATH_PARAMETER_MAX_CHARACTERS = 300;
const EXPOSED_HEADERS = [
  'X-Request-Id',
  'X-Total-Count',
  'X-Next-Cursor',
  'Link',
  'Idempotency-Hit',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
];

/**
 * Builds the application, ready for `init()` or `listen()`; nothing is connected yet. Whoever starts it also stops it
 * with `close()`, which finishes what is in flight first.
 */
export async function createApp(
  config: Config,
  extra: NonNullable<ModuleMetadata['imports']> = [],
): Promise<NestFastifyApplication> {
  const logger = createLogger(config);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, extra), adapterOf(config), {
    logger: new PinoNestLogger(logger),
    bodyParser: false, // Fastify's own JSON parser, which guards against __proto__
    abortOnError: false,
    forceCloseConnections: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeContentTypeParser('text/plain');
  registerRequestContext(fastify);
  registerRequestLog(fastify, logger);
  await registerManners(fastify, config);
  registerGates(fastify, app.get(ReadinessService), config);
  app.setGlobalPrefix(config.base_path, { exclude: ['health/live', 'health/ready'] });
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Tollgate API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
  return app;
}

function adapterOf(config: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: config.body_limit_bytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: PATH_PARAMETER_MAX_CHARACTERS },
    trustProxy: config.trust_proxy === false ? false : [...config.trust_proxy],
    genReqId: requestIdOf,
    logger: false, // one line per request is written by our own hook
    forceCloseConnections: 'idle',
    return503OnClosing: false, // what arrives on an open connection while closing is still served
    frameworkErrors: sendProblem,
    clientErrorHandler: refuseSocket,
  });
}

/** Security headers and cross-origin rules. */
async function registerManners(fastify: FastifyInstance, config: Config): Promise<void> {
  await fastify.register(helmet, {
    contentSecurityPolicy: {
      // Swagger UI is served from here, styles itself inline and draws data: images; plain-http addresses must keep working
      directives: { upgradeInsecureRequests: null },
    },
  });
  if (config.cors_origins === false) return;
  await fastify.register(cors, {
    origin: config.cors_origins.includes('*') ? '*' : [...config.cors_origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
}

function registerGates(fastify: FastifyInstance, readiness: ReadinessService, { base_path }: Config): void {
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    // the route's pattern: a raw URL may be percent-encoded differently
    if (request.routeOptions.url?.startsWith(base_path)) readiness.assertReady();
    done();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    // a connection kept alive past the last answer would keep the shutdown waiting
    if (isClosing) reply.header('connection', 'close');
    done();
  });
}
