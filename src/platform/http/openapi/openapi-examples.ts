import type { OpenAPIObject } from '@nestjs/swagger';

type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Schemas[string];
type Full = Exclude<Schema, { $ref: string }>;
type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }> & { example?: unknown };

const REF = '#/components/schemas/';
const JSON_TYPE = 'application/json';
const UUID = '0198c0de-0000-7000-8000-000000000000';

/**
 * Adds an example of the body for "Try it out". Bodies without an example get one from their properties: the required
 * ones and those with an example. An optional user_id is left out, so that any caller can send the body.
 */
export function fillBody(operation: Operation, schemas: Schemas): void {
  const { requestBody } = operation;
  if (!requestBody || '$ref' in requestBody) return;
  for (const media of Object.values(requestBody.content)) {
    if (media.schema && media.example === undefined && !media.examples)
      media.example = exampleOf(media.schema, schemas);
  }
}

/** Documents the query parameter `user_id` for operations whose body has it, because it is accepted there as well. */
export function nameAccount(operation: Operation, schemas: Schemas): void {
  const { requestBody } = operation;
  if (!requestBody || '$ref' in requestBody) return;
  const schema = requestBody.content[JSON_TYPE]?.schema;
  const property = schema && resolved(schema, schemas).properties?.['user_id'];
  if (!property || operation.parameters?.some((p) => 'name' in p && p.name === 'user_id')) return;
  const description = 'The same as `user_id` of the body; both must agree where both are given.';
  operation.parameters = [
    ...(operation.parameters ?? []),
    { name: 'user_id', in: 'query', required: false, description, schema: { type: 'string', maxLength: 255 } },
  ];
}

function exampleOf(given: Schema, schemas: Schemas): unknown {
  const schema = resolved(given, schemas);
  if (schema.example !== undefined) return schema.example as unknown;
  if (schema.properties) return membersOf(schema, schemas);
  return (schema.default as unknown) ?? (schema.enum?.[0] as unknown);
}

function membersOf({ properties = {}, required = [] }: Full, schemas: Schemas): object {
  const isShown = (name: string, property: Schema): boolean =>
    required.includes(name) || (name !== 'user_id' && 'example' in property && property.example !== undefined);
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name, property]) => isShown(name, property))
      .map(([name, property]) => [name, exampleOf(property, schemas)]),
  );
}

/** Resolves a reference to its schema, even if it is wrapped to be nullable or described. */
function resolved(schema: Schema, schemas: Schemas): Full {
  if ('$ref' in schema) return resolved(schemas[schema.$ref.slice(REF.length)] ?? {}, schemas);
  const [only, ...others] = schema.allOf ?? [];
  return only && others.length === 0 ? { ...resolved(only, schemas), ...schema } : schema;
}

/**
 * Documents parameters. Optional filters are not prefilled: their example moves into the description; required ones have
 * an example. Path parameters get the example of the response property with the same name, except for DELETE.
 */
export function fillParameters(method: string, operation: Operation, item: PathItem, schemas: Schemas): void {
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter) continue;
    if (parameter.in === 'query' && !parameter.required) describeFilter(parameter);
    if (parameter.in === 'query' && parameter.required) giveExample(parameter, schemas);
    if (parameter.in === 'path') describePlace(parameter, method, [operation, ...operationsOf(item)], schemas);
  }
}

function describeFilter(parameter: Parameter): void {
  const { schema = {}, description = '' } = parameter;
  const shown: unknown = parameter.example ?? ('example' in schema ? schema.example : undefined);
  if (shown === undefined) return;
  parameter.description = `${description} For example \`${shown as string}\`.`.trim();
  delete parameter.example;
  if ('example' in schema) delete schema.example;
}

/** A reference to an enum has no room for an example. */
function giveExample(parameter: Parameter, schemas: Schemas): void {
  if (!parameter.schema || !('$ref' in parameter.schema)) return;
  parameter.example ??= exampleOf(parameter.schema, schemas);
}

function describePlace(parameter: Parameter, method: string, operations: Operation[], schemas: Schemas): void {
  const { name } = parameter;
  const column = operations
    .flatMap((operation) => answersOf(operation, schemas))
    .map((answer) => answer.properties?.[name])
    .find((property) => property !== undefined);
  const found: { description?: string; example?: unknown; format?: string } = column ? resolved(column, schemas) : {};
  parameter.description ??= found.description ?? '';
  if (method !== 'delete') parameter.example ??= found.example ?? (found.format === 'uuid' ? UUID : undefined);
}

const operationsOf = ({ get, put, post, patch }: PathItem): Operation[] =>
  [get, put, post, patch].filter((operation) => operation !== undefined);

/** Returns the schemas of an operation's success responses. */
function answersOf({ responses }: Operation, schemas: Schemas): Full[] {
  return Object.entries(responses).flatMap(([status, response]) => {
    const schema = status.startsWith('2') && response && 'content' in response && response.content?.[JSON_TYPE]?.schema;
    if (!schema) return [];
    const answer = resolved(schema, schemas);
    return answer.items && !Array.isArray(answer.items) ? [resolved(answer.items, schemas)] : [answer];
  });
}
