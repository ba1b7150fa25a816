import type { OpenAPIObject } from '@nestjs/swagger';
import { EVENT_DEFINITIONS } from './event-types.js';
import type { StoredEvent } from './stored-event.js';

/** The parts of a schema of the document that examples are made of. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  example?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
}
type Schemas = Record<string, Schema>;

const REF = '#/components/schemas/';
const WHEN = '2026-11-30T09:30:00.000Z';
const UUID = '0198c0de-0000-7000-8000-000000000000';

/** The body of a webhook, as Standard Webhooks wants it: the event with its time as `timestamp`. */
export const webhookBody = (event: StoredEvent): object => ({
  ...event,
  occurred_at: event.occurred_at.toISOString(),
  timestamp: event.occurred_at.toISOString(),
});

/** Adds a webhook for each type of event to the document. */
export function describeWebhooks(document: OpenAPIObject): OpenAPIObject {
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  document.webhooks = Object.fromEntries(
    [...EVENT_DEFINITIONS].map(([type, { description, object, previous = [] }]) => {
      const name = object.name;
      return [type, { post: operationOf(type, description, dataOf(name, previous, schemas), schemas) }];
    }),
  ) as unknown as NonNullable<OpenAPIObject['webhooks']>;
  return document;
}

function operationOf(type: string, description: string, data: object, schemas: Schemas): object {
  const timestamp = { type: 'string', format: 'date-time', description: 'The same as `occurred_at`.' };
  const schema = {
    allOf: [
      { $ref: `${REF}EventView` },
      {
        type: 'object',
        required: ['type', 'timestamp', 'data'],
        properties: { type: { type: 'string', const: type }, timestamp, data },
      },
    ],
  };
  const example = {
    ...(exampleOf({ $ref: `${REF}EventView` }, schemas) as object),
    type,
    data: exampleOf(data, schemas),
    timestamp: WHEN,
  };
  return {
    operationId: `on${type.split(/[._]/).map(capitalised).join('')}`,
    tags: ['Events'],
    summary: type,
    description,
    security: [],
    requestBody: { required: true, content: { 'application/json': { schema, example } } },
    responses: { '2XX': { description: 'The event was received. Any other answer lets it be sent again.' } },
  };
}

function dataOf(name: string, previous: readonly string[], schemas: Schemas): Schema {
  const known = schemas[name]?.properties ?? {};
  const before = {
    type: 'object',
    description: 'Properties that changed, as they were before.',
    required: previous,
    properties: Object.fromEntries(previous.map((key) => [key, known[key]])),
  };
  const data = {
    type: 'object',
    required: ['object'],
    properties: { object: { $ref: `${REF}${name}` }, ...(previous.length > 0 && { previous: before }) },
  };
  return data as Schema;
}

function exampleOf(schema: Schema, schemas: Schemas): unknown {
  const [part] = schema.allOf ?? schema.anyOf ?? [];
  if (schema.example !== undefined) return schema.example;
  if (schema.$ref !== undefined) return exampleOf(schemas[schema.$ref.slice(REF.length)] ?? {}, schemas);
  if (part) return exampleOf(part, schemas);
  if (schema.enum) return schema.enum[0];
  if (schema.properties) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, exampleOf(property, schemas)]),
    );
  }
  if (schema.items) return [exampleOf(schema.items, schemas)];
  return scalarExample(schema);
}

function scalarExample({ type, format }: Schema): unknown {
  if (type?.includes('null')) return null;
  if (format === 'date-time') return WHEN;
  if (format === 'uuid') return UUID;
  if (type === 'boolean') return true;
  return type === 'integer' ? 1 : 'text';
}

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
