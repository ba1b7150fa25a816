import type { OpenAPIObject } from '@nestjs/swagger';
import type { Answer, TestApp } from '../app.js';
import type { Json } from '../factories.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** An operation with a body and a query that it accepts. */
export interface Route {
  method: (typeof METHODS)[number];
  path: string;
  /** Null for a public or signed route. */
  roles: string[] | null;
  scope: string | null;
  body: Json | null;
  query: Record<string, string>;
}

/** A call that mentions another user, and its answer. */
export interface ForeignCall {
  /** Whether `user_id`, in the query or in the body, names the other user. */
  isNamed: boolean;
  answer: Answer;
}

interface Schema {
  $ref?: string;
  type?: string;
  items?: Schema;
  oneOf?: Schema[];
  enum?: unknown[];
  example?: unknown;
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** Returns every operation that the service documents. */
export async function documentedRoutes(t: TestApp): Promise<Route[]> {
  const document = (await t.call('/openapi.json')).body as OpenAPIObject;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => (item[method] ? [routeOf(document, path, method)] : [])),
  );
}

function routeOf(document: OpenAPIObject, path: string, method: Route['method']): Route {
  const operation = document.paths[path]?.[method] as unknown as {
    'x-roles'?: string[];
    'x-scope'?: string;
    requestBody?: { content: Record<string, { schema: Schema }> };
    parameters?: { in: string; name: string; required?: boolean; schema?: Schema }[];
  };
  const schema = operation.requestBody?.content['application/json']?.schema;
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query' && parameter.required);
  return {
    method,
    path,
    roles: operation['x-roles'] ?? null,
    scope: operation['x-scope'] ?? null,
    body: schema ? (sample(document, schema) as Json) : null,
    query: Object.fromEntries(query.map(({ name, schema: given }) => [name, String(sample(document, given ?? {}))])),
  };
}

/** Returns a value that a schema allows. */
function sample(document: OpenAPIObject, schema: Schema): unknown {
  const resolved = schema.$ref
    ? (document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] as Schema)
    : schema;
  if (resolved.properties) {
    const wanted = Object.entries(resolved.properties).filter(([name]) => resolved.required?.includes(name));
    return Object.fromEntries(wanted.map(([name, property]) => [name, sample(document, property)]));
  }
  if (resolved.oneOf?.[0]) return sample(document, resolved.oneOf[0]);
  if (resolved.type === 'array') return resolved.items ? [sample(document, resolved.items)] : [];
  if (resolved.example !== undefined) return resolved.example;
  if (resolved.enum) return resolved.enum[0];
  if (resolved.format === 'decimal') return '0.000001';
  return { boolean: true, integer: 1, number: 1 }[resolved.type ?? ''] ?? 'trial';
}

/** Calls a route as documented, with `id` in its path. */
export function callRoute(t: TestApp, route: Route, token: string, id: string): Promise<Answer> {
  const { method, path, query, body } = route;
  return t.call(path.replace(/\{[^}]+\}/g, encodeURIComponent(id)), {
    method: method.toUpperCase() as 'GET' | 'POST',
    token,
    query,
    body: body ?? undefined,
  });
}

/**
 * Calls a route about another user in every way that a caller could think of: in the path, in the query, in the body
 * and in a header.
 * @param ids what the path can name of the other user: ids of rows, codes, the user id
 */
export async function callsAbout(
  t: TestApp,
  route: Route,
  token: string,
  user_id: string,
  ids: readonly string[],
): Promise<ForeignCall[]> {
  const foreign = { user_id };
  const bodies =
    route.body === null ? [undefined] : [{ ...route.body, ...foreign }, { ...route.body, account: user_id }, [foreign]];
  const queries: Record<string, string>[] = [
    { ...route.query, ...foreign },
    route.query,
    { ...route.query, 'user_id[]': user_id },
  ];
  const places = route.path.includes('{') ? ids : [''];
  const calls = places.flatMap((id) => bodies.flatMap((body) => queries.map((query) => ({ id, body, query }))));
  const method = route.method.toUpperCase() as 'GET' | 'POST';
  return Promise.all(
    calls.map(async ({ id, body, query }) => ({
      isNamed: [query, body].some((part) => (part as { user_id?: unknown } | undefined)?.user_id === user_id),
      answer: await t.call(route.path.replace(/\{[^}]+\}/g, encodeURIComponent(id)), {
        method,
        token,
        query,
        body,
        headers: { 'x-user-id': user_id },
      }),
    })),
  );
}
