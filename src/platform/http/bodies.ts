import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError, InvalidInput } from '../errors.js';
import { shapeFault } from './json-shape.js';

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
/** Most lines of a body of lines. */
const LINES_MAX = 100_000;
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
  fastify.addHook('onRoute', (route) => {
    const { max_bytes } = route.config?.body ?? {};
    if (max_bytes !== undefined) route.bodyLimit = max_bytes;
  });
  // what is refused for its headers is refused before it is read
  fastify.addHook('preParsing', (request, _reply, _payload, done) => done(headerFault(request)));
  const parse = fastify.getDefaultJsonParser('error', 'error');
  const parseJson: JsonParser = (request, text, done) => {
    const fault = shapeFault(text);
    if (fault === null) void parse(request, text, done);
    else done(new InvalidInput([{ field: 'body', message: fault }]));
  };
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text: string, done) => {
    const { lines, keeps_text } = request.routeOptions.config.body ?? {};
    request.keepOfBody?.(text.length);
    if (keeps_text) request.body_text = text;
    if (!lines || text.trimStart().startsWith('[')) parseJson(request, text, done);
    else parseJson(request, text, (error, body) => (error ? parseLines(request, text, done) : done(null, body)));
  });
  fastify.addContentTypeParser([...CLOUDEVENTS_TYPES], { parseAs: 'string' }, parseJson);
  fastify.addContentTypeParser([...LINES_TYPES], { parseAs: 'string' }, parseLines);
}

type JsonParser = (request: FastifyRequest, text: string, done: (error: Error | null, body?: unknown) => void) => void;

const SPECIAL_TYPES: readonly string[] = [...CLOUDEVENTS_TYPES, ...LINES_TYPES];

function headerFault(request: FastifyRequest): DomainError | null {
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = request.headers;
  if (type === undefined) return null; // there is no body, or Fastify refuses it
  if (encoding.toLowerCase() !== 'identity') {
    return unsupported('Send the body as it is: this service does not take a Content-Encoding.');
  }
  const { types = [], lines } = request.routeOptions.config.body ?? {};
  const media = type.replace(/;.*$/s, '').trim().toLowerCase();
  if (!SPECIAL_TYPES.includes(media) || types.includes(media)) return null;
  if (lines && (LINES_TYPES as readonly string[]).includes(media)) return null;
  return unsupported('This path does not take this Content-Type.');
}

const unsupported = (message: string): DomainError =>
  new DomainError('unsupported_media_type', 'unsupported_media_type', message);

const parseLines: JsonParser = (_request, text, done) => {
  const lines = text.split('\n', LINES_MAX + 1);
  if (lines.length > LINES_MAX) {
    done(new DomainError('too_large', 'payload_too_large', `The request body has more than ${LINES_MAX} lines.`));
  } else done(null, lines.filter((line) => line.trim() !== '').map(lineOf));
};

function lineOf(line: string): unknown {
  try {
    return shapeFault(line) === null ? (JSON.parse(line) as unknown) : line;
  } catch {
    return line;
  }
}
