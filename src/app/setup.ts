import { hash } from 'node:crypto';
import { Socket } from 'node:net';
import cors from '@fastify/cors';
import type { ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Logger as PinoLogger } from 'pino';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import { dashboardConfigOf } from './dashboard-config.dto.js';
import { documentOf } from './document.js';
import { registerDashboard } from './dashboard.js';
import { registerUnsubscribePage } from './unsubscribe-page.js';
import { PreferencesService } from '../notifications/preferences/preferences.service.js';
import { ProviderOrigins } from './provider-origins.js';
import { DASHBOARD_PATHS } from './dashboard-config.controller.js';
import { MetricsEndpoint } from '../health/metrics.endpoint.js';
import { ReadinessService } from '../health/readiness.service.js';
import { Access } from '../auth/access.js';
import type { Config } from '../platform/config/config.js';
import { registerBodyBudget } from '../platform/http/bodies/body-budget.js';
import { isKnown, registerAnswers } from '../platform/http/answer.js';
import { registerLegacyForms } from '../platform/http/legacy-forms.js';
import { createLogger, PinoNestLogger, registerRequestLog } from '../platform/http/logging.js';
import { registerCompression } from '../platform/http/compression.js';
import { registerBodies } from '../platform/http/bodies/bodies.js';
import { registerRequestMetrics } from '../platform/http/request-metrics.js';
import { registerUnknownPaths, routedUrl } from '../platform/http/paths.js';
import { refuseSocket, sendProblem } from '../platform/http/problems/problem.filter.js';
import { registerQueries } from '../platform/http/queries.js';
import { registerRawBodies } from '../platform/http/bodies/raw-body.js';
import { Metrics } from '../platform/metrics.js';
import { Shutdown } from '../platform/shutdown.js';
import { registerRequestContext, requestIdOf } from '../platform/http/request-context.js';
import { registerRequestTraces } from '../platform/http/request-traces.js';
import { Tracing } from '../platform/tracing/tracing.js';

const REQUEST_TIMEOUT_MS = 30_000;
const PATH_PARAMETER_MAX_CHARACTERS = 300;
const EXPOSED_HEADERS = [
  'X-Request-Id',
  'Content-Disposition',
  'X-Total-Count',
  'X-Next-Cursor',
  'Link',
  'Idempotency-Hit',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'ETag',
  'X-Tollgate-Cost',
  'X-Tollgate-Balance',
  'X-Should-Retry',
  'WWW-Authenticate',
  'Allow',
];

/**
 * Builds the application, ready for `init()` or `listen()`; nothing is connected yet. The caller stops it with
 * `close()`, which finishes running requests first.
 */
export async function createApp(
  config: Config,
  extra: NonNullable<ModuleMetadata['imports']> = [],
  logger: PinoLogger = createLogger(config),
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, extra), adapterOf(config), {
    logger: new PinoNestLogger(logger),
    bodyParser: false, // Fastify's own JSON parser, which guards against __proto__
    abortOnError: false,
    forceCloseConnections: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeContentTypeParser('text/plain');
  registerBodies(fastify);
  registerRequestTraces(fastify, app.get(Tracing));
  registerRequestContext(fastify);
  registerRequestLog(fastify, logger);
  registerRequestMetrics(fastify, app.get(Metrics));
  await registerDefaults(fastify, config);
  registerUnknownPaths(fastify, config.base_path);
  registerCompression(fastify);
  registerAnswers(fastify);
  registerRawBodies(fastify);
  registerGates(fastify, app.get(ReadinessService), config);
  registerConnectionClose(fastify, app.get(Shutdown));
  app.get(Access).register(fastify);
  registerQueries(fastify);
  registerLegacyForms(fastify);
  registerBodyBudget(fastify, config.limits.bodies_max_bytes);
  app.setGlobalPrefix(config.base_path, { exclude: ['health/live', 'health/ready', ...DASHBOARD_PATHS] });
  const document = once(() => documentOf(app)); // after all routes are registered
  serveDocument(fastify, document);
  const hasDashboard = await registerDashboard(fastify, providerOf(config), dashboardConfigOf(config));
  registerUnsubscribePage(fastify, app.get(PreferencesService, { strict: false }), config.dashboard.brand);
  // relative, because a proxy can serve it under a path
  fastify.get('/', (_request, reply) => reply.redirect(hasDashboard ? 'app/' : 'docs'));
  app.get(MetricsEndpoint).register(fastify);
  SwaggerModule.setup('docs', app, document, {
    raw: false,
    customSiteTitle: 'Tollgate API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
  return app;
}

/** The identity provider that the dashboard signs people in with. */
const providerOf = ({ auth, dashboard }: Config): ProviderOrigins =>
  new ProviderOrigins(dashboard.client && auth.issuer);

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Serves the document, which is generated once; a caller who already has it gets 304. */
function serveDocument(fastify: FastifyInstance, document: () => object): void {
  const made = once(() => {
    const text = JSON.stringify(document());
    return { text, etag: `"${hash('sha256', text, 'base64url')}"` };
  });
  fastify.get('/openapi.json', (request, reply) => {
    const { text, etag } = made();
    reply.headers({ etag, 'cache-control': 'public, no-cache', 'content-type': 'application/json; charset=utf-8' });
    return isKnown(request, etag) ? reply.code(304).send() : reply.send(text);
  });
}

function adapterOf(config: Config): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: config.body_limit_bytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: PATH_PARAMETER_MAX_CHARACTERS },
    trustProxy: config.trust_proxy === false ? false : [...config.trust_proxy],
    genReqId: requestIdOf,
    rewriteUrl: ({ url = '/' }) => routedUrl(url, config.base_path),
    logger: false, // our own hook logs one line per request
    forceCloseConnections: 'idle',
    return503OnClosing: false, // requests on open connections are still served while closing
    frameworkErrors: sendProblem,
    clientErrorHandler: refuseSocket,
  });
}

/**
 * helmet's headers as far as they apply to JSON. They are constant, because computing them costs as much as a route.
 */
const API_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/** Security headers and cross-origin rules. */
async function registerDefaults(fastify: FastifyInstance, config: Config): Promise<void> {
  const forPages = helmet({
    // Swagger UI uses inline styles and data: images, and must also work over plain HTTP
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url?.startsWith('/docs')) {
      forPages(request.raw, reply.raw, (error) => done(error as Error | undefined));
      return;
    }
    reply.headers(API_HEADERS);
    done();
  });
  if (config.cors_origins === false) return;
  const isAny = config.cors_origins.includes('*');
  await fastify.register(cors, {
    origin: isAny ? '*' : [...config.cors_origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED_HEADERS,
    credentials: !isAny, // browsers refuse credentials together with *
    maxAge: 600,
  });
}

function registerGates(fastify: FastifyInstance, readiness: ReadinessService, { base_path }: Config): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    // the route's pattern: a raw URL may be percent-encoded differently
    const { url, config } = request.routeOptions;
    if (url?.startsWith(base_path) && !config.returns?.even_unready) readiness.assertReady();
    done();
  });
}

/**
 * Once a shutdown has begun, closes each connection with its next response, so that few are left when the listener
 * closes. Node closes idle connections at that point, but not unused ones, which browsers and load balancers keep open.
 */
function registerConnectionClose(fastify: FastifyInstance, shutdown: Shutdown): void {
  const connections = new Set<Socket>();
  fastify.server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  fastify.addHook('preClose', (done) => {
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
    done();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (shutdown.has_begun) reply.header('connection', 'close');
    done();
  });
  fastify.addHook('onResponse', ({ raw: { socket } }, _reply, done) => {
    // responses that started before the shutdown did not announce it
    if (shutdown.has_begun && socket instanceof Socket) socket.end();
    done();
  });
}
