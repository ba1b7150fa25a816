import type { FastifyInstance, FastifyReply } from 'fastify';
import mustache from 'mustache';
import { languageOf, textsIn } from '../mail/notices/notice.js';
import type { PreferencesService } from '../notifications/preferences/preferences.service.js';
import type { Brand } from '../platform/config/dashboard-config.js';

const PATH = '/unsubscribe';
const BODY_MAX_BYTES = 4_096;
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex',
};
const PAGE = `<!doctype html>
<html lang="{{language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{{brand}}</title>
<style>body{font:17px/1.5 system-ui,sans-serif;max-width:30rem;margin:15vh auto 0;padding:0 1.5rem}
button{font:inherit;font-weight:600;padding:.6rem 1.2rem;border-radius:8px;border:1px solid;cursor:pointer}</style></head>
<body><main><h1>{{brand}}</h1><p>{{text}}</p>{{#button}}<form method="post"><button>{{button}}</button></form>{{/button}}</main></body></html>`;

/**
 * Serves the page of the link in mails with which people unsubscribe. Opening it changes nothing, because mail programs
 * and virus scanners open links; its button and the one-click unsubscription of mail programs (RFC 8058) POST.
 */
export function registerUnsubscribePage(fastify: FastifyInstance, preferences: PreferencesService, brand: Brand): void {
  const send = (reply: FastifyReply, language: 'en' | 'de', page: { text: string; button?: string }) =>
    reply
      .headers(HEADERS)
      .type('text/html; charset=utf-8')
      .send(mustache.render(PAGE, { language, brand: brand.name, ...page }));
  const respond = async (reply: FastifyReply, token: string, acts: boolean): Promise<FastifyReply> => {
    const person = await preferences.subscriber(token);
    const language = languageOf(person?.language);
    const { question, button, done, invalid } = textsIn(language).unsubscribed;
    if (!person) return send(reply.code(404), language, { text: invalid });
    if (!acts) return send(reply, language, { text: question, button });
    await preferences.unsubscribe(token);
    return send(reply, language, { text: done });
  };
  const tokenOf = (query: unknown): string => {
    const { token } = query as { token?: unknown };
    return typeof token === 'string' ? token : '';
  };
  fastify.get(PATH, (request, reply) => respond(reply, tokenOf(request.query), false));
  const config = { body: { as_text: true, max_bytes: BODY_MAX_BYTES } };
  fastify.post(PATH, { config }, (request, reply) => respond(reply, tokenOf(request.query), true));
}
