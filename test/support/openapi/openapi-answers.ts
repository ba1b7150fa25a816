import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formatsModule from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import { ROOT } from '../services/built-service.js';

type Node = Record<string, unknown>;
interface Response {
  content?: Record<string, { schema?: object; examples?: Record<string, object> }>;
}
export interface Schema {
  $ref?: string;
  type?: string | string[];
  [keyword: string]: unknown;
}
export interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header';
  required?: boolean;
  example?: unknown;
  schema?: Schema;
}
export interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: {
    content: Record<string, { schema?: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }>;
  };
  responses: Record<string, Response>;
}
export interface Document {
  webhooks: Record<string, unknown>;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}
/** An event as it is stored. */
export interface ObservedEvent {
  type: string;
  data: unknown;
}
/** A response and its request. */
export interface ObservedAnswer {
  method: string;
  /** The route pattern, as in openapi.json: `/api/v1/credits/holds/{id}`. */
  path: string;
  status: number;
  content_type: string | undefined;
  /** The text; null for a stream, which is not checked. */
  text: string | null;
}

const DECIMAL = /^-?\d+\.\d{6,10}$/;
const FILE = path.join(ROOT, 'openapi.json');

/** Compares responses with openapi.json: status, media type and exactly the documented fields. */
export class DocumentedAnswers {
  readonly document = strict(JSON.parse(readFileSync(FILE, 'utf8'))) as Document;
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor() {
    (formatsModule as unknown as (ajv: Ajv2020) => void)(this.ajv);
    this.ajv.addFormat('decimal', DECIMAL);
    this.ajv.addSchema({ $id: 'openapi', ...this.document });
  }

  operation(method: string, route: string): Operation | undefined {
    const item = this.document.paths[route];
    return item?.[method.toLowerCase()] ?? (method === 'HEAD' ? item?.['get'] : undefined);
  }

  /** Returns what is wrong with a response; null if it is as documented, or the route is not part of the API. */
  faultOf(observed: ObservedAnswer): string | null {
    const operation = this.operation(observed.method, observed.path);
    if (!operation) return null;
    const fault = this.faultWithin(operation, observed);
    if (fault === null) return null;
    return `${observed.method} ${observed.path} answered ${observed.status}, ${fault}: ${(observed.text ?? 'a stream').slice(0, 600)}`;
  }

  /** Returns what is wrong with the data of an event, compared with the webhook of its type; null if nothing is. */
  faultOfEvent({ type, data }: ObservedEvent): string | null {
    if (this.document.webhooks[type] === undefined) return `an event has the type ${type}, which has no webhook`;
    const place = `event ${type}`;
    let validate = this.validators.get(place);
    if (!validate) {
      const body = ['webhooks', type, 'post', 'requestBody', 'content', 'application/json', 'schema'];
      const steps = [...body, 'allOf', '1', 'properties', 'data'];
      validate = this.ajv.compile({ $ref: `openapi#/${steps.map(escaped).join('/')}` });
      this.validators.set(place, validate);
    }
    if (validate(data)) return null;
    const { instancePath = '', message = '', params } = validate.errors?.[0] ?? {};
    return `an event ${type} has data whose ${instancePath} ${message} ${JSON.stringify(params ?? {})}: ${JSON.stringify(data)}`;
  }

  private faultWithin({ responses }: Operation, observed: ObservedAnswer): string | null {
    const { status, text } = observed;
    const key = [String(status), `${Math.floor(status / 100)}XX`].find((name) => responses[name] !== undefined);
    if (key === undefined) return 'a status that openapi.json does not list there';
    const content = responses[key]?.content;
    if (observed.method === 'HEAD') return null;
    if (content === undefined) return text === null || text === '' ? null : 'with a body, where none is documented';
    const media = observed.content_type?.split(';', 1)[0] ?? 'none';
    const documented = content[media];
    if (documented === undefined) return `as ${media}, which is not documented`;
    if (text === null || !media.endsWith('json')) return null;
    return this.faultOfBody(
      `${observed.method.toLowerCase()} ${observed.path} ${key} ${media}`,
      observed,
      text,
      documented.examples,
    );
  }

  private faultOfBody(
    place: string,
    { method, path: route }: ObservedAnswer,
    text: string,
    examples?: object,
  ): string | null {
    const [, , key = '', media = ''] = place.split(' ');
    const body = JSON.parse(text) as Node;
    let validate = this.validators.get(place);
    if (!validate) {
      const steps = ['paths', route, method.toLowerCase(), 'responses', key, 'content', media, 'schema'];
      validate = this.ajv.compile({ $ref: `openapi#/${steps.map(escaped).join('/')}` });
      this.validators.set(place, validate);
    }
    if (!validate(body)) {
      const { instancePath = '', message = '', params } = validate.errors?.[0] ?? {};
      return `whose ${instancePath || 'body'} ${message} ${JSON.stringify(params ?? {})}`;
    }
    if (!/^[45]/.test(key)) return null;
    const { code } = (body['error'] ?? body) as { code: string };
    return code in (examples ?? {}) ? null : `with the code ${code}, of which there is no example`;
  }
}

const escaped = (step: string): string => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Returns the same schemas without additional properties. */
function strict(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strict);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.fromEntries(
    Object.entries(node).map(([name, member]) => [name, DATA.includes(name) ? (member as unknown) : strict(member)]),
  );
  const isClosed = typeof members['properties'] === 'object' && members['additionalProperties'] === undefined;
  return isClosed && members['type'] !== undefined ? { ...members, additionalProperties: false } : members;
}

const DATA = ['example', 'default', 'enum', 'parameters', 'requestBody'];

let answers: DocumentedAnswers | undefined;
/** A response that openapi.json does not describe. */
export interface AnswerFault {
  fault: string;
  request_id: string;
}
const faults: AnswerFault[] = [];

/** Cached, because reading the document takes a while. */
export const documented = (): DocumentedAnswers => (answers ??= new DocumentedAnswers());

/** Returns and clears the faults found so far. */
export const faultsOfAnswers = (): AnswerFault[] => faults.splice(0);

/** Fails if openapi.json does not describe a response. Called at the end of every file of specs. */
export function refuseFaults(): void {
  const found = [...new Set(faultsOfAnswers().map(({ fault }) => fault))];
  if (found.length > 0) throw new Error(`openapi.json does not describe what was answered:\n${found.join('\n')}`);
}

/** Compares what a service wrote to its event log with openapi.json. A difference fails its specs when it is closed. */
export function compareEvents(events: readonly ObservedEvent[]): void {
  for (const event of events) {
    const fault = documented().faultOfEvent(event);
    if (fault !== null) faults.push({ fault, request_id: 'none' });
  }
}

/** Compares every response of a service with openapi.json; a difference fails its specs when the service is closed. */
export function compareAnswers(fastify: FastifyInstance, base_path: string): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const route = (request.routeOptions.url ?? '').replace(base_path, '/api/v1').replaceAll(/:(\w+)/g, '{$1}');
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    const observed = {
      method: request.method,
      path: route,
      status: reply.statusCode,
      content_type: reply.getHeader('content-type') as string | undefined,
      text: isWhole ? payload.toString() : payload === null ? '' : null,
    };
    // under /v1 every error has OpenAI's format, regardless of the route
    const isTranslated = request.originalUrl.startsWith('/v1') && reply.statusCode >= 400;
    const fault = isTranslated ? null : documented().faultOf(observed);
    if (fault !== null) faults.push({ fault, request_id: request.id });
    done(null, payload);
  });
}
