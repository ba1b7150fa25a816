import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError, InvalidInput } from '../errors.js';
import { parseJson } from '../json-numbers.js';
import { shapeFault } from './json-shape.js';

/** Bodies that a route takes besides plain JSON. */
export interface BodyOptions {
  /** Media types of JSON by other names, `application/cloudevents+json` for one. */
  types?: readonly string[];
  /** The route reads the body itself: it gets the text of it, whatever the media type says. */
  as_text?: boolean;
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
/** By this name a body that a route reads itself goes past the parsers; nobody else may send it. */
const AS_TEXT = 'text/x-as-it-is';

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
  fastify.addHook('onRoute', (route) => {
    const { max_bytes } = route.config?.body ?? {};
    if (max_bytes !== undefined) route.bodyLimit = max_bytes;
  });
  // what is refused for its headers is refused before it is read
  fastify.addHook('preParsing', (request, _reply, _payload, done) => done(headerFault(request)));
  const parse = fastify.getDefaultJsonParser('error', 'error');
  const parseBody: JsonParser = (request, text, done) => {
    const fault = shapeFault(text);
    if (fault !== null) {
      done(new InvalidInput([{ field: 'body', message: fault }]));
      return;
    }
    // Fastify's parser guards against __proto__; a body that is passed on as it was written has no amounts
    const { keeps_text } = request.routeOptions.config.body ?? {};
    void parse(request, text, (error, body: unknown) => {
      if (error !== null || keeps_text) done(error, body);
      else done(null, parseJson(text, body));
    });
  };
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    request.keepOfBody?.(text.length);
    if (request.routeOptions.config.body?.keeps_text) request.body_text = text;
    parseBody(request, text, done);
  });
  fastify.addContentTypeParser([...CLOUDEVENTS_TYPES], { parseAs: 'string' }, parseBody);
  fastify.addContentTypeParser(AS_TEXT, { parseAs: 'string' }, (request, text: string, done) => {
    request.keepOfBody?.(text.length);
    done(null, text);
  });
}

type JsonParser = (request: FastifyRequest, text: string, done: (error: Error | null, body?: unknown) => void) => void;

const SPECIAL_TYPES: readonly string[] = [...CLOUDEVENTS_TYPES, AS_TEXT];

function headerFault(request: FastifyRequest): DomainError | null {
  const { headers, routeOptions } = request;
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = headers;
  const { types = [], as_text } = routeOptions.config.body ?? {};
  if (type === undefined && !as_text) return null; // there is no body, or Fastify refuses it
  if (encoding.toLowerCase() !== 'identity') {
    return unsupported('Send the body as it is: this service does not take a Content-Encoding.');
  }
  if (as_text) {
    headers['content-type'] = AS_TEXT;
    return null;
  }
  const media = type?.replace(/;.*$/s, '').trim().toLowerCase() ?? '';
  if (!SPECIAL_TYPES.includes(media) || types.includes(media)) return null;
  return unsupported('This path does not take this Content-Type.');
}

const unsupported = (message: string): DomainError =>
  new DomainError('unsupported_media_type', 'unsupported_media_type', message);
