import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError, InvalidInput } from '../../errors.js';
import { parseJson } from '../../values/json-numbers.js';
import { shapeFault } from './json-shape.js';

/** Bodies that a route accepts in addition to plain JSON. */
export interface BodyOptions {
  /** Other media types for JSON, such as `application/cloudevents+json`. */
  types?: readonly string[];
  /** The route parses the body itself: it receives the text, regardless of the media type. */
  as_text?: boolean;
  /** Maximum size in bytes, if it differs from the service's limit. */
  max_bytes?: number;
  /** The route also receives the original text of the body; see {@link BodyWithText}. */
  keeps_text?: boolean;
}

/** A parsed JSON body and its original text. Forwarding the text preserves numbers, spaces and order. */
export interface JsonWithText {
  value: unknown;
  text: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bodies that the route accepts in addition to plain JSON. */
    body?: BodyOptions;
  }
  interface FastifyRequest {
    /** The original text of the body, on routes that keep it. */
    body_text?: string;
  }
}

export const CLOUDEVENTS_TYPES = ['application/cloudevents+json', 'application/cloudevents-batch+json'] as const;
/** Internal media type of bodies that the route parses itself; callers cannot send it. */
const AS_TEXT = 'text/x-as-it-is';

/** Declares which bodies a route accepts in addition to plain JSON of the default size. */
export const AcceptBody = (body: BodyOptions): MethodDecorator => withRouteConfig({ body });

/** Injects the body and its text, on a route with `keeps_text`: `receive(@BodyWithText() body: JsonWithText)`. */
export const BodyWithText = createParamDecorator((_data: unknown, context: ExecutionContext): JsonWithText => {
  const { body, body_text = '' } = context.switchToHttp().getRequest<FastifyRequest>();
  return { value: body, text: body_text };
});

/** Adds to the configuration of a route; the framework's decorator would replace it. */
export function withRouteConfig(more: Partial<FastifyContextConfig>): MethodDecorator {
  return (target, key, descriptor) => {
    const known = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, descriptor.value as object) as object | undefined;
    RouteConfig({ ...known, ...more })(target, key, descriptor);
  };
}

/** Registers the parsers for {@link AcceptBody}. Call it before the routes are registered. */
export function registerBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { max_bytes } = route.config?.body ?? {};
    if (max_bytes !== undefined) route.bodyLimit = max_bytes;
  });
  // requests with unacceptable headers are refused before the body is read
  fastify.addHook('preParsing', (request, _reply, _payload, done) => done(headerFault(request)));
  const parse = fastify.getDefaultJsonParser('error', 'error');
  const parseBody: JsonParser = (request, text, done) => {
    const fault = shapeFault(text);
    if (fault !== null) {
      done(new InvalidInput([{ field: 'body', message: fault }]));
      return;
    }
    // Fastify's parser guards against __proto__; a body that is forwarded as text has no amounts
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
  if (type === undefined && !as_text) return null; // no body, or Fastify refuses it
  if (encoding.toLowerCase() !== 'identity') {
    return unsupported('Send the body uncompressed: this service does not accept a Content-Encoding.');
  }
  if (as_text) {
    headers['content-type'] = AS_TEXT;
    return null;
  }
  const media = type?.replace(/;.*$/s, '').trim().toLowerCase() ?? '';
  if (!SPECIAL_TYPES.includes(media) || types.includes(media)) return null;
  return unsupported('This path does not accept this Content-Type.');
}

const unsupported = (message: string): DomainError =>
  new DomainError('unsupported_media_type', 'unsupported_media_type', message);
