import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { checkOperationIds, operationIdOf, rolesOf } from './openapi-operations.js';
import { fillBody, fillParameters, nameAccount, type Operation } from './openapi-examples.js';
import { toOpenApi31 } from './openapi-3-1.js';
import { HEADERS_DOC, headersDoc, ProblemDetails } from './openapi-models.js';
import { checkExamples, describeProblems } from './openapi-problems.js';

const DESCRIPTION = [
  'Credits, usage metering and charging for platforms that resell AI APIs.',
  'Amounts are credits (1 credit = 1 USD at list price) as decimal text with 6 to 10 decimals; requests may also send numbers. Timestamps are RFC 3339 in UTC; one without an offset is read as UTC. `null` for an optional field means left out.',
  'Lists are bare arrays, their paging travels in headers. Errors are RFC 9457 problem details with a stable `code`; under `/v1`, which leads to `/api/v1`, they have the shape of OpenAI. A path that is asked with a method it does not take answers 405 `method_not_allowed`; `Allow` lists those it takes.',
  'Users act on their own account; services and admins name another one with `user_id`, in the body or in the query. POSTs that move credits take `Idempotency-Key` and are safe to repeat with it.',
].join('\n\n');

const BEARER =
  'An access token of the identity provider, or one that `./tollgate token issue` makes. Its roles decide what it may do: user, service, admin.';

/** Groups of operations, in the order in which they are read. */
const TAGS: Record<string, string> = {
  Credits: 'What an account has, and what happens to it: balance, charges, holds, grants, the ledger.',
  Usage: 'Metering: what was done, recorded and charged once, and reports on it.',
  Analytics: 'Trends, history, predictions and insights.',
  Tiers: 'Plans: what the public compares, users switch between and admins keep.',
  Coupons: 'Codes and what redeeming them gives.',
  Payments: 'Packages of credits, paid plans, automatic top-up; with the keys of Stripe.',
  Gateway: "OpenAI's own interface in front of OpenRouter: hold, call, settle.",
  OpenRouter: "Users' own keys of OpenRouter.",
  Pricing: 'Dated prices of models, markup rules, re-rating.',
  Accounts: 'Accounts as administrators keep them: found, moved, suspended, erased.',
  Audit: 'Who did what to whom.',
  Jobs: 'Work in the background: its schedules and runs, retried or cancelled by administrators.',
  'Machine to machine': 'What other systems call: registrations, LiteLLM, Keycloak.',
  'Earlier clients': 'Kept for web apps that were written for earlier services; new clients use the others.',
  Health: 'For load balancers and operators.',
};

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
/** What an answer is, where the route says no more: of what was asked for, its summary. */
const DONE: Record<string, string> = { 200: 'Done.', 201: 'Made.', 202: 'Taken; work goes on.', 204: 'Done; no body.' };

/** The OpenAPI document of the application, made from the decorators of its code. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Tollgate')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addServer('/', 'The service that this document comes from')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: BEARER });
  for (const [tag, description] of Object.entries(TAGS)) builder.addTag(tag, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [ProblemDetails],
    operationIdFactory: operationIdOf,
  });
  const schemas = document.components?.schemas ?? {};
  const examples = {};
  document.components = { ...document.components, headers: HEADERS_DOC, examples };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      fillBody(operation, schemas);
      nameAccount(operation, schemas);
      fillParameters(method, operation, item, schemas);
      describeProblems(operation, method, path, examples);
      complete(operation, method);
    }
  }
  toOpenApi31(schemas);
  toOpenApi31(document.paths);
  return document;
}

/**
 * Checks what no single decorator can know: that ids of operations are good and unique, and every example of use.
 * @throws TypeError
 */
export function checkDocument(document: OpenAPIObject): void {
  checkOperationIds(document);
  checkExamples(document.components?.examples ?? {});
}

/** Writes what holds for every route of the interface into each operation. */
function complete(operation: Operation, method: string): void {
  const roles = rolesOf(operation);
  const who = roles === null ? 'Public: no credentials needed.' : `Roles: ${roles.join(', ')}.`;
  operation.description = [operation.description, who].filter(Boolean).join('\n\n');
  if (roles === null) operation.security = [];
  const isIdempotent = operation.parameters?.some((p) => 'name' in p && p.name === 'Idempotency-Key');
  const more = isIdempotent ? (['Idempotency-Hit'] as const) : [];
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || '$ref' in response) continue;
    if (method === 'get' && status === '200') response.description ||= `${operation.summary ?? ''}.`;
    response.description ||= DONE[status] ?? '';
    if (status.startsWith('2')) response.headers = { ...headersDoc('X-Request-Id', ...more), ...response.headers };
  }
}
