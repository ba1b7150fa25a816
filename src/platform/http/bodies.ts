import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../errors.js';

/** Bodies that a route takes besides plain JSON. */
export interface BodyOptions {
  /** Media types of JSON by other names, `application/cloudevents+json` for one. */
  types?: readonly string[];
  /** JSON documents, one a line, whatever the media type says: a line that is none stays text. */
  lines?: boolean;
  /** Most bytes, where that is not the limit of the service. */
  max_bytes?: number;
  /** The route sees its body as it was written, too: see {@link WrittenBody}. */
  keeps_text?: boolean;
}

/** A JSON body and how it was written: what is passed on as it came keeps its numbers, spaces and order. */
export interface WrittenJson {
  value: unknown;
  text: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bodies that the route takes besides plain JSON. */
    body?: BodyOptions;
  }
  interface FastifyRequest {
    /** The body as it was written, on routes that keep it. */
    body_text?: string;
  }
}

export const CLOUDEVENTS_TYPES = ['application/cloudevents+json', 'application/cloudevents-batch+json'] as const;
export const LINES_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'] as const;

/** Says what bodies a route takes besides plain JSON of the usual size. */
export const TakesBody = (body: BodyOptions): MethodDecorator => withRouteConfig({ body });

/** The body and its text, on a route that keeps it: `receive(@WrittenBody() body: WrittenJson)`. */
export const WrittenBody = createParamDecorator((_data: unknown, context: ExecutionContext): WrittenJson => {
  const { body, body_text = '' } = context.switchToHttp().getRequest<FastifyRequest>();
  return { value: body, text: body_text };
});

/** Adds to the configuration of a route: the decorator of the framework replaces it. */
export function withRouteConfig(more: Partial<FastifyContextConfig>): MethodDecorator {
  return (target, key, descriptor) => {
    const known = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as object | undefined;
    RouteConfig({ ...known, ...more })(target, key, descriptor);
  };
}

/** Teaches Fastify the bodies of {@link TakesBody}. Before the routes are known. */
export function registerBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addHook('onRoute', (route) => {
    const { max_bytes } = route.config?.body ?? {};
    if (max_bytes !== undefined) route.bodyLimit = max_bytes;
  });
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    const { lines, keeps_text } = request.routeOptions.config.body ?? {};
    if (keeps_text) request.body_text = text;
    if (lines && !text.trimStart().startsWith('[') && !isJson(text)) done(null, linesOf(text));
    else void parse(request, text, done);
  });
  const others = [...CLOUDEVENTS_TYPES, ...LINES_TYPES];
  fastify.addContentTypeParser([...others], { parseAs: 'string' }, (request, text: string, done) => {
    const { types = [], lines } = request.routeOptions.config.body ?? {};
    const type = mediaType(request);
    if (types.includes(type)) void parse(request, text, done);
    else if (lines && (LINES_TYPES as readonly string[]).includes(type)) done(null, linesOf(text));
    else done(unsupported());
  });
}

const mediaType = ({ headers }: FastifyRequest): string =>
  (headers['content-type'] ?? '').replace(/;.*$/s, '').trim().toLowerCase();

const unsupported = (): DomainError =>
  new DomainError('unsupported_media_type', 'unsupported_media_type', 'This path does not take this Content-Type.');

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function linesOf(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      try {
        return JSON.parse(line) as unknown;
      } catch {
        return line;
      }
    });
}
