import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { checkOperationIds, operationIdOf, rolesOf, scopeOf } from './openapi-operations.js';
import { fillBody, fillParameters, nameAccount, type Operation } from './openapi-examples.js';
import { toOpenApi31 } from './openapi-3-1.js';
import { HEADERS_DOC, headersDoc, ProblemDetails } from './openapi-models.js';
import { checkExamples, describeProblems } from './openapi-problems.js';

const DESCRIPTION = [
  'Credits, usage metering and charging for platforms that resell AI APIs.',
  'Amounts are credits (1 credit = 1 USD at list price) as decimal text with 6 to 10 decimals; requests may also send numbers. Timestamps are RFC 3339 in UTC; one without an offset is read as UTC. `null` for an optional field means left out.',
  'Lists are plain arrays; paging information is in the headers. Errors are RFC 9457 problem details with a stable `code`; under `/v1`, an alias of `/api/v1`, they have the OpenAI format. An unsupported method on a known path returns 405 `method_not_allowed`; `Allow` lists the supported methods.',
  'Users act on their own account; services and admins can name another account with `user_id`, in the body or in the query. POST requests that change credits accept an `Idempotency-Key` and can safely be repeated with it.',
].join('\n\n');

const BEARER =
  'An access token from the identity provider, or one issued by `./tollgate token issue`. Its roles (user, service, admin) decide what the caller can do. A credential can be limited to scopes.';

/** Groups of operations, in display order. */
const TAGS: Record<string, string> = {
  Credits: 'Balance, charges, holds, grants and the ledger of an account.',
  Budgets: 'Limits on what an account, a key, a member, a service, a model or a tag can use in a window of time.',
  Usage: 'Metering: usage is recorded and charged once. Usage reports.',
  Analytics: 'Trends, history, predictions and insights.',
  Tiers: 'Plans: the public comparison, plan switches and administration.',
  Coupons: 'Coupon codes and their redemption.',
  Referrals: 'Credits for users who invite others.',
  Payments: 'Credit packages, paid plans and automatic top-ups. Requires Stripe keys.',
  Gateway: "OpenAI's own interface in front of OpenRouter: hold, call, settle.",
  Organizations: 'Accounts that several people use, each with a role and a limit.',
  'API keys': 'Long-lived credentials of users and backends, limited to scopes, models, services and addresses.',
  OpenRouter: "Users' own keys of OpenRouter.",
  Pricing: 'Dated model prices, markup rules and re-rating.',
  Accounts: 'Account administration: search, move, suspend, close, erase.',
  Dashboard: 'Who is signed in, sign-in by a link of the platform, and the configuration of the dashboard.',
  Events: 'What happened to accounts: the event log. The webhooks of this document describe the types.',
  Audit: 'Audit log of administrative actions.',
  Platform: 'The whole platform, for administrators: overview, spending, margins and reconciliation.',
  Jobs: 'Background jobs: schedules and runs, which administrators can retry or cancel.',
  Notifications: 'What a person is told and how: inbox, preferences, contact address; and the mails that were sent.',
  Webhooks: 'Endpoints of the operator that receive events, and what was delivered to them.',
  'Scheduled grants': 'Credits that accounts get regularly, and files of credits for many accounts.',
  'Machine to machine': 'Called by other systems: registrations, LiteLLM, Keycloak.',
  'Earlier clients': 'For web apps written for earlier services. New clients use the other operations.',
  Health: 'For load balancers and operators.',
};

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
/** Default response descriptions. */
const DONE: Record<string, string> = {
  200: 'Success.',
  201: 'Created.',
  202: 'Accepted; processing continues.',
  204: 'Success, without a body.',
};

/** Generates the OpenAPI document from the decorators. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Tollgate')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addServer('/', 'The service that serves this document')
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
      complete(operation);
    }
  }
  toOpenApi31(schemas);
  toOpenApi31(document.paths);
  return document;
}

/**
 * Checks the document as a whole: operation ids are valid and unique, and examples match the documented codes.
 * @throws TypeError
 */
export function checkDocument(document: OpenAPIObject): void {
  checkOperationIds(document);
  checkExamples(document.components?.examples ?? {});
}

/** Adds to an operation everything that applies to all routes. */
function complete(operation: Operation): void {
  const roles = rolesOf(operation);
  const who =
    roles === null
      ? 'Public: no credentials needed.'
      : `Roles: ${roles.join(', ')}. Scope of limited credentials: ${scopeOf(operation) ?? 'none'}.`;
  operation.description = [operation.description, who].filter(Boolean).join('\n\n');
  if (roles === null) operation.security = [];
  const isIdempotent = operation.parameters?.some((p) => 'name' in p && p.name === 'Idempotency-Key');
  const more = isIdempotent ? (['Idempotency-Hit'] as const) : [];
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || '$ref' in response) continue;
    response.description ||= DONE[status] ?? '';
    if (status.startsWith('2')) response.headers = { ...headersDoc('X-Request-Id', ...more), ...response.headers };
  }
}
