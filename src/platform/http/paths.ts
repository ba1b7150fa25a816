import type { FastifyInstance, FastifyRequest } from 'fastify';
import findMyWay from 'find-my-way';
import { DomainError, MethodNotAllowed } from '../errors.js';
import { isUnderV1 } from './problems/openai-error.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Returns the URL to route. OpenAI clients configured with only a host call `/v1`, an alias of the base path. Model ids
 * contain slashes, which many clients do not encode.
 */
export function routedUrl(asked: string, base_path: string): string {
  const url = isUnderV1(asked) ? `${base_path}${asked.slice('/v1'.length)}` : asked;
  const models = `${base_path}/models/`;
  if (!url.startsWith(models)) return url;
  const [id = '', ...query] = url.slice(models.length).split('?');
  return [`${models}${id.replaceAll('/', '%2F')}`, ...query].join('?');
}

/**
 * Refuses requests that match no route before the body is read. For a known path, the response lists its methods. Call
 * it before the routes are registered.
 */
export function registerUnknownPaths(fastify: FastifyInstance, base_path: string): void {
  const routes = findMyWay();
  const openAiPaths = new Set<string>();
  fastify.addHook('onRoute', ({ url, method, config }) => {
    const methods = METHODS.filter((name) => [method].flat().includes(name));
    if (url === '*' || methods.length === 0) return;
    routes.on(methods, url, () => undefined);
    if (config?.speaks_openai || config?.speaks_anthropic)
      openAiPaths.add(url.replace(`${base_path}/`, '').replace(/\/:.*$/, ''));
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!request.is404) {
      done();
      return;
    }
    const path = request.url.split('?', 1)[0] ?? '';
    const taken = METHODS.filter((name) => routes.find(name, path) !== null);
    done(taken.length > 0 ? new MethodNotAllowed(request.method, taken) : nothingHere(request, [...openAiPaths]));
  });
}

function nothingHere({ originalUrl }: FastifyRequest, openAiPaths: readonly string[]): DomainError {
  const known = isUnderV1(originalUrl)
    ? ` Of the interfaces of OpenAI and Anthropic there are ${openAiPaths.join(', ')}.`
    : '';
  return new DomainError('not_found', 'not_found', `There is nothing at this path.${known}`);
}
