import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { DashboardConfigView } from './dashboard-config.dto.js';
import type { ProviderOrigins } from './provider-origins.js';

/** Where `vite build` writes the dashboard: beside `dist` and `src`. */
export const WEB_FOLDER = path.resolve(import.meta.dirname, '../../web/dist');

const NONCE_BYTES = 18;
/** Stands for the nonce in the built index.html (web/vite.config.ts). */
const NONCE_PLACEHOLDER = '__NONCE__';
/** Stands for the configuration in it: a block of data, which the browser never runs. */
const CONFIG_PLACEHOLDER = '__CONFIG__';
const PAGE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  vary: 'accept-encoding',
};

/**
 * Serves the dashboard under /app. Only paths below /app fall back to index.html, so unknown paths of the API stay
 * problem documents. A missing asset stays a 404: a page that is older than its chunks reloads then.
 *
 * @param provider the identity provider, whose origins the page may call
 * @param config what the page may know of the configuration; it is part of the page
 * @returns whether there is a dashboard; a service that was not built with it has none
 */
export async function registerDashboard(
  fastify: FastifyInstance,
  provider: ProviderOrigins,
  config: DashboardConfigView,
): Promise<boolean> {
  const index = path.join(WEB_FOLDER, 'index.html');
  if (!existsSync(index)) return false;
  // no text of the configuration can end the block
  const data = JSON.stringify(config).replaceAll('<', '\\u003c');
  const parts = readFileSync(index, 'utf8')
    .replace(CONFIG_PLACEHOLDER, () => data)
    .split(NONCE_PLACEHOLDER);
  const icon = readFileSync(path.join(WEB_FOLDER, 'favicon.svg'));
  await fastify.register(fastifyStatic, {
    root: path.join(WEB_FOLDER, 'assets'),
    prefix: '/app/assets/',
    decorateReply: false, // Swagger UI's registration of the same plugin decorates
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
    setHeaders: (reply) => {
      reply.headers(PAGE_HEADERS);
    },
  });
  const sendPage = async (reply: FastifyReply): Promise<FastifyReply> => {
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    return reply
      .headers(PAGE_HEADERS)
      .header('content-security-policy', contentSecurityPolicy(nonce, await provider.list()))
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(parts.join(nonce));
  };
  fastify.get('/app/favicon.svg', (_request, reply) =>
    reply.headers(PAGE_HEADERS).header('cache-control', 'public, max-age=86400').type('image/svg+xml').send(icon),
  );
  fastify.get('/app', (_request, reply) => reply.redirect('app/'));
  fastify.get('/app/*', (_request, reply) => sendPage(reply));
  return true;
}

/** Styles need the nonce because Mantine writes style elements; scripts only come from this origin. */
function contentSecurityPolicy(nonce: string, provider_origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    ['connect-src', "'self'", ...provider_origins].join(' '),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
}
